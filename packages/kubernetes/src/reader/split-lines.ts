// Lines of a stream of bytes, of which only so much is held as is kept.

/** Characters of a line that are kept. */
const LINE = 8 * 1024;

/** Yields the lines of each chunk together; a line without an end is one as well. */
export async function* splitLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = (lines.pop() ?? '').slice(0, LINE);
    if (lines.length > 0) yield lines.map((line) => line.slice(0, LINE));
  }
  if (rest !== '') yield [rest];
}
