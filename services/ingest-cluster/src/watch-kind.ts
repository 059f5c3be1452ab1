// Follows one kind from a resource version on, until the watch ends.
import { type Item, readTime } from '@winnow/contracts';
import { createLineSplitter, readWatched, type Told, watchSeconds } from './core.ts';
import { type Ending, endingOf, endingOfError } from './ending.ts';
import { type Heard, hear } from './hear-body.ts';
import { admit, contextOf, type KindWorld, noteBytes, OBJECT_LIMIT, whileOpen } from './kind-world.ts';

export interface Watched {
  readonly ending: Ending;
  /** It told something, or was open for long: what went wrong before is over. */
  readonly healthy: boolean;
}

interface Course {
  openedAt: number | undefined;
  told: boolean;
}

export async function watchKind(world: KindWorld, version: string): Promise<Watched> {
  const { clock, patience } = world;
  const course: Course = { openedAt: undefined, told: false };
  const ending = await follow(world, version, course);
  const open = course.openedAt === undefined ? 0 : clock.now() - course.openedAt;
  return { ending, healthy: course.told || open >= patience.healthy };
}

async function follow(world: KindWorld, version: string, course: Course): Promise<Ending> {
  const { api, kind, patience, signal, state, clock } = world;
  const what = `watch ${kind.id}`;
  const query = {
    watch: '1',
    allowWatchBookmarks: 'true',
    resourceVersion: version,
    timeoutSeconds: String(watchSeconds(clock.random())),
  };
  const limits = { answer: patience.answer, silence: patience.silence, signal };
  try {
    return await hear(api, { path: kind.path, query, purpose: 'watch' }, limits, (heard, interrupt) => {
      if (heard.response.status !== 200) return endingOf(heard.response, what);
      state.interrupt = interrupt;
      return whileOpen(world, () => takeWatch(world, heard, what, course));
    });
  } catch (error) {
    return endingOfError(error, what, signal.aborted);
  } finally {
    state.interrupt = undefined;
  }
}

async function takeWatch(world: KindWorld, { body }: Heard, what: string, course: Course): Promise<Ending> {
  const { state, clock, kind } = world;
  const lines = createLineSplitter(OBJECT_LIMIT);
  const opened = clock.now();
  course.openedAt = opened;
  noteBytes(world, 0);
  Object.assign(state, { phase: 'watching', synced: true, detail: undefined });
  for await (const chunk of body) {
    noteBytes(world, chunk.length);
    const context = contextOf(world);
    const told = lines.push(chunk).map((piece) => readWatched(kind, piece, context));
    const ending = await takeLines(world, told, what);
    if (ending) return ending;
    course.told ||= told.length > 0;
  }
  if (lines.isOpen()) return { is: 'failed', reason: 'cut', detail: `${what}: it broke off within an object` };
  return { is: 'closed', openMs: clock.now() - opened, told: course.told };
}

/** Sends what these lines tell, then notes how far it reaches. Undefined where the watch goes on. */
async function takeLines(world: KindWorld, lines: readonly Told[], what: string): Promise<Ending | undefined> {
  const failed = lines.findIndex((line) => line.is === 'error');
  const told = failed < 0 ? lines : lines.slice(0, failed);
  const items: Item[] = [];
  let reached: string | undefined;
  for (const line of told) {
    if (line.is === 'items' || line.is === 'unreadable') items.push(...admit(world, line.items));
    if (line.is === 'items') noteLag(world, line.newest);
    if (line.is === 'items' || line.is === 'bookmark') reached = line.version ?? reached;
  }
  if (!(await world.send(items))) return { is: 'stopped' };
  if (reached !== undefined) world.place.reach(reached);
  const error = lines[failed];
  if (error?.is !== 'error') return undefined;
  if (error.code === 410) return { is: 'gone' };
  return { is: 'failed', reason: `error-${error.code}`, detail: `${what}: ${error.message}` };
}

function noteLag({ state, clock }: KindWorld, newest: string | undefined): void {
  const time = readTime(newest);
  if (time !== undefined) state.lag = Math.max(0, (clock.wall() - Date.parse(time)) / 1000);
}
