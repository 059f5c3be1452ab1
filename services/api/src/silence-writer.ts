// Silences are changed one at a time: each change is decided on what the change before it came to.
import { randomUUID } from 'node:crypto';
import type { OperatorItem, Silence } from '@winnow/contracts';
import { compileSilence, stateOfSilence } from '@winnow/matchers';
import { expireSilence, putSilence } from './core/put-silence.ts';
import type { PostedSilence, SilenceRefusal } from './core/read-silence.ts';
import type { KeptSilence, SilenceIndex } from './core/silence-index.ts';
import type { FindFiring } from './firing-alerts.ts';
import type { OperatorLog } from './operator-log.ts';

export interface SilenceWriter {
  /** @returns the silence's id, once everybody who asks sees it. @throws LogUnavailable */
  put(posted: PostedSilence): Promise<string | SilenceRefusal>;
  /** Ends a silence; one that is over stays so. @throws LogUnavailable */
  expire(id: string): Promise<SilenceRefusal | undefined>;
  /** Writes silences anew whose record the log might forget before they are over. @throws LogUnavailable */
  renew(): Promise<void>;
}

export interface SilenceWriterOptions {
  readonly index: SilenceIndex;
  readonly operators: OperatorLog;
  readonly findFiring: FindFiring;
  /** Milliseconds. */
  now(): number;
}

/** Milliseconds. The log keeps records for days, where there is room. */
const RENEWED_AFTER = 3_600_000;
/** So many fit into one envelope, however long they are. */
const TOGETHER = 5;

export function createSilenceWriter({ index, operators, findFiring, now }: SilenceWriterOptions): SilenceWriter {
  let last: Promise<unknown> = Promise.resolve();
  /** Whatever came of the one before. */
  function inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = last.then(change, change);
    last = turn.catch(() => undefined);
    return turn;
  }

  async function put(posted: PostedSilence): Promise<string | SilenceRefusal> {
    const former = posted.id === undefined ? undefined : index.get(posted.id);
    const alive = index.list(now()).filter((each) => stateOfSilence(each, now()) !== 'expired').length;
    const decided = putSilence(posted, { former, alive }, now(), randomUUID());
    if ('status' in decided) return decided;
    await operators.append(await Promise.all(decided.write.map(withMuted)));
    return decided.id;
  }

  /** A silence that is active names the alerts that it mutes at once. */
  async function withMuted(silence: Silence): Promise<OperatorItem> {
    if (stateOfSilence(silence, now()) !== 'active') return toItem(silence);
    const mutes = await findFiring(compileSilence(silence).matches);
    return { ...toItem(silence), ...(mutes.length > 0 && { mutes: [...mutes] }) };
  }

  async function expire(id: string): Promise<SilenceRefusal | undefined> {
    const silence = index.get(id);
    if (!silence) return { status: 404, message: 'silence not found' };
    if (stateOfSilence(silence, now()) === 'expired') return undefined;
    await operators.append([toItem(expireSilence(silence, now()))]);
    return undefined;
  }

  async function renew(): Promise<void> {
    const old = index.list(now()).filter((each) => isToRenew(each, now()));
    for (let from = 0; from < old.length; from += TOGETHER)
      await operators.append(old.slice(from, from + TOGETHER).map(toItem));
  }

  return {
    put: (posted) => inTurn(() => put(posted)),
    expire: (id) => inTurn(() => expire(id)),
    renew: () => inTurn(renew),
  };
}

const isToRenew = (silence: KeptSilence, now: number) =>
  stateOfSilence(silence, now) !== 'expired' && now - silence.recordedAt > RENEWED_AFTER;

function toItem({ id, matchers, startsAt, endsAt, createdBy, comment, updatedAt }: Silence): OperatorItem {
  const silence = { id, matchers, startsAt, endsAt, createdBy, comment, ...(updatedAt && { updatedAt }) };
  return { type: 'operator', act: 'silence', ...(createdBy !== '' && { actor: createdBy }), silence };
}
