// The API server's audit log as a file that it writes (`--audit-log-path`): followed, read, and kept in step with what is durable.
import {
  createItemPacker,
  type Envelope,
  type Item,
  type MetricFamily,
  type SourceState,
  type SourceStatus,
} from '@winnow/contracts';
import { type Checkpoints, LogUnavailable } from '@winnow/stream';
import { readAuditLine } from './core.ts';
import { type FilePiece, type FollowedFile, followFile } from './follow-file.ts';
import { createPace, type Pace } from './pace.ts';
import { countCompressed } from './rotated-files.ts';

export interface AuditFileOptions {
  readonly path: string;
  readonly cluster: string;
  readonly tenant: string;
  /** Names the source in heartbeats; the same after a restart. */
  readonly instance: string;
  /** Resolves when all are durable. @throws LogUnavailable: nothing is lost then, it is tried again. */
  readonly append: (envelopes: readonly Envelope[]) => Promise<void>;
  readonly checkpoints: Checkpoints;
  /** The intake's clock: RFC 3339, never going back. */
  readonly now: () => string;
  /** Says when it has to wait: for how many seconds. */
  readonly pressure?: () => { readonly retryAfter: number } | undefined;
  readonly onError?: (error: unknown) => void;
  /** Milliseconds between looks at the file (500), between heartbeats (5,000). */
  readonly lookEvery?: number;
  readonly beatEvery?: number;
}

export interface AuditFile {
  status(): readonly SourceStatus[];
  readMetrics(): readonly MetricFamily[];
  /** Resolves when nothing is under way and the place is saved. */
  stop(): Promise<void>;
}

interface View {
  state: SourceState;
  details: string[];
  lastByteAt?: string;
  /** Milliseconds that the entry read last lay behind; 0 once the end was reached. */
  lag: number;
  entries: number;
  unreadable: number;
}

/** Without a checkpoint it begins at the file's end. Returns at once; a file that is not there is waited for. */
export function startAuditFile(options: AuditFileOptions): AuditFile {
  const view: View = { state: 'syncing', details: [], lag: 0, entries: 0, unreadable: 0 };
  const pace = createPace();
  let followed: FollowedFile | undefined;
  const running = run();

  async function run(): Promise<void> {
    followed = followFile(options.path, await loadPlace());
    while (!pace.stopped) await step(followed);
    await followed.close();
  }

  /** Without the place that was saved entries would be skipped: where it cannot be read now it is waited for. */
  async function loadPlace(): Promise<unknown> {
    let kept: unknown;
    const load = async () => {
      kept = await options.checkpoints.load(keyOf(options));
    };
    const wait = (error: unknown) => {
      view.details = ['where it was left off cannot be read now: entries wait in the file'];
      options.onError?.(error);
    };
    // It rejects where it was stopped meanwhile.
    await pace.insist(load, wait).catch(() => undefined);
    return kept;
  }

  async function step(file: FollowedFile): Promise<void> {
    try {
      const pressed = options.pressure?.();
      if (pressed) return await pace.sleep(pressed.retryAfter * 1000);
      const piece = await file.next();
      if (piece) return await take(piece);
      Object.assign(view, { state: 'connected', lag: 0, details: await notesOf(file, options.path) });
    } catch (error) {
      Object.assign(view, { state: 'blind', details: [reasonOf(error, options.path)] });
      options.onError?.(error);
    }
    await pace.sleep(options.lookEvery ?? 500);
  }

  /** What the log does not take now is held until it does. */
  async function take(piece: FilePiece): Promise<void> {
    const items = await readItems(piece, options, pace);
    view.lastByteAt = options.now();
    view.entries += items.length;
    view.unreadable += items.filter(({ type }) => type === 'unreadable').length;
    view.lag = lagOf(items, view.lastByteAt);
    for (const list of packed(items)) await pace.insist(() => options.append([envelopeOf(options, list)]), told);
    // Where it can no longer be saved the same lines are read again, and known by their ids.
    await options.checkpoints.save(keyOf(options), piece.place).catch(told);
  }

  function told(error: unknown): void {
    if (error instanceof LogUnavailable) view.details = ['the log cannot be written: entries wait in the file'];
    options.onError?.(error);
  }

  const beating = setInterval(() => {
    if (view.state === 'blind' || (view.state === 'syncing' && !view.lastByteAt)) return;
    options.append([heartbeatOf(options)]).catch((error: unknown) => options.onError?.(error));
  }, options.beatEvery ?? 5_000).unref();

  return {
    status: () => [statusOf(options, view)],
    readMetrics: () => familiesOf(options, view, followed),
    async stop() {
      clearInterval(beating);
      pace.stop();
      await running;
    },
  };
}

const keyOf = ({ cluster, path }: AuditFileOptions): string => `audit-file|${cluster}|${path}`;

async function readItems(piece: FilePiece, { now }: AuditFileOptions, pace: Pace): Promise<Item[]> {
  const items: Item[] = [];
  let at = piece.from;
  for (const { text, size } of piece.lines) {
    await pace.takeTurns();
    const place = `${piece.path} at byte ${at}`;
    const item = readAuditLine(text, size, { at: now(), place });
    if (item) items.push(item);
    at += size;
  }
  return items;
}

function packed(items: readonly Item[]): Item[][] {
  const packer = createItemPacker();
  for (const item of items) packer.add(item, 'an audit entry');
  return packer.lists();
}

function envelopeOf({ tenant, cluster, instance, now }: AuditFileOptions, items: readonly Item[]): Envelope {
  return { schema: 1, tenant, cluster, source: 'audit.event', instance, at: now(), items: [...items] };
}

function heartbeatOf({ tenant, cluster, instance, now }: AuditFileOptions): Envelope {
  const items = [{ type: 'heartbeat' as const, source: 'audit.event', instance }];
  return { schema: 1, tenant, cluster, source: 'heartbeat', instance, at: now(), items };
}

function lagOf(items: readonly Item[], now: string): number {
  const last = items.findLast((item) => item.type === 'audit' && item.at !== undefined);
  return last?.type === 'audit' && last.at ? Math.max(0, Date.parse(now) - Date.parse(last.at)) : 0;
}

async function notesOf(file: FollowedFile, path: string): Promise<string[]> {
  const { gaps } = file.counts();
  if (gaps === 0) return [];
  const compressed = await countCompressed(path);
  const where = compressed > 0 ? ` (${compressed} rotated ones are compressed, and are not read)` : '';
  return [`entries are missing: ${gaps} times the file was rotated away before it had been read to its end${where}`];
}

function reasonOf(error: unknown, path: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return `${path} is not there`;
  return code === 'EACCES' ? `${path} may not be read` : `${path}: ${message}`;
}

function statusOf({ cluster, instance }: AuditFileOptions, { state, details, lastByteAt, lag }: View): SourceStatus {
  const seen = { ...(lastByteAt && { lastByteAt }), lagSeconds: Math.round(lag / 1000) };
  return { source: 'audit.event', cluster, instance, state, ...seen, details };
}

function familiesOf({ cluster }: AuditFileOptions, view: View, followed: FollowedFile | undefined): MetricFamily[] {
  const { rotations = 0, truncations = 0, gaps = 0 } = followed?.counts() ?? {};
  const counts = { entries: view.entries, unreadable: view.unreadable, rotations, truncations, gaps };
  const help: Readonly<Record<keyof typeof counts, string>> = {
    entries: 'Lines read of followed audit logs.',
    unreadable: 'Lines of followed audit logs that are no entries, or too long.',
    rotations: 'Times that a followed audit log was rotated.',
    truncations: 'Times that a followed audit log was cut.',
    gaps: 'Times that the rest of a rotated audit log could not be found.',
  };
  return (Object.keys(counts) as (keyof typeof counts)[]).map((name) => ({
    name: `winnow_audit_file_${name}_total`,
    type: 'counter',
    help: help[name],
    samples: [{ labels: { cluster }, value: counts[name] }],
  }));
}
