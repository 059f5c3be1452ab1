// Server-sent events of incidents, with the time at which each came.

export interface SeenIncident {
  readonly id: string;
  readonly cluster: string;
  readonly finding?: object;
}

/** Calls `see` for each event until the signal is given. */
export async function followIncidents(
  url: string,
  see: (incident: SeenIncident, at: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const answer = await fetch(`${url}/api/v1/incidents/stream`, { signal });
  if (!answer.ok || !answer.body) throw new Error(`${url}: the stream of incidents is answered ${answer.status}`);
  let rest = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of answer.body) {
      const at = performance.now();
      const events = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        const data = event
          .split('\n')
          .filter((line) => line.startsWith('data:'))
          .map((line) => line.slice(5))
          .join('\n');
        if (data !== '') see(JSON.parse(data) as SeenIncident, at);
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
