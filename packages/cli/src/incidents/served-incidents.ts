import type { FleetIncident, ReportIncident } from '@winnow/contracts';
import { CommandFailed } from '../failure.ts';
import { type Answered, detailOf, type ServerClient } from '../server-client.ts';
import type { IncidentFilter, Incidents, WholeIncident } from './incidents.ts';

/** Incidents of a Winnow that runs. @throws CommandFailed where nobody listens any more. */
export function servedIncidents(client: ServerClient): Incidents {
  async function pagesOf(query: URLSearchParams): Promise<readonly ReportIncident[]> {
    const found: ReportIncident[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      if (cursor) query.set('cursor', cursor);
      const page = bodyOf(await client.get(`/api/v1/incidents?${query}`), client) as Page;
      found.push(...page.incidents);
      cursor = page.nextCursor;
    }
    return found;
  }

  return {
    list: (filter) => pagesOf(queryOf(filter)),
    async fleet() {
      const answered = await client.get('/api/v1/fleet-incidents?status=open');
      // One that is older knows of none.
      if (answered?.status === 404) return [];
      return (bodyOf(answered, client) as { readonly fleetIncidents: readonly FleetIncident[] }).fleetIncidents;
    },
    async get(id) {
      const answered = await client.get(`/api/v1/incidents/${encodeURIComponent(id)}`);
      return answered?.status === 404 ? undefined : (bodyOf(answered, client) as WholeIncident);
    },
  };
}

interface Page {
  readonly incidents: readonly ReportIncident[];
  readonly nextCursor?: string;
}

const PAGE = '200';

function queryOf(filter: IncidentFilter): URLSearchParams {
  const query = new URLSearchParams({ limit: PAGE });
  for (const [name, values] of Object.entries(filter)) for (const value of values) query.append(name, value);
  return query;
}

export function bodyOf(answered: Answered | undefined, { url }: ServerClient): unknown {
  if (!answered) throw nobodyAt(url);
  if (answered.status >= 400) throw new CommandFailed(detailOf(answered));
  return answered.body;
}

export function nobodyAt(url: string): CommandFailed {
  return new CommandFailed(`no Winnow answers at ${url}: start \`winnow up\`, or name the one that runs with --server`);
}
