// Silences are changed one at a time: each change is decided on what the change before it came to.
import { randomUUID } from 'node:crypto';
import { isAmongClusters, type OperatorItem, type Silence } from '@winnow/contracts';
import { compileSilence, stateOfSilence } from '@winnow/matchers';
import { expireSilence, putSilence } from './core/put-silence.ts';
import type { PostedSilence, SilenceRefusal } from './core/read-silence.ts';
import type { KeptSilence, SilenceIndex } from './core/silence-index.ts';
import type { Owned, View } from './core/view.ts';
import type { FindFiring } from './firing-alerts.ts';
import type { OperatorLog } from './operator-log.ts';

export interface SilenceWriter {
  /** @returns the silence's id, once everybody who asks sees it. @throws LogUnavailable */
  put(posted: PostedSilence, view: View): Promise<string | SilenceRefusal>;
  /** Ends a silence; one that is over stays so. @throws LogUnavailable */
  expire(id: string, view: View): Promise<SilenceRefusal | undefined>;
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

  async function put(posted: PostedSilence, view: View): Promise<string | SilenceRefusal> {
    const former = posted.id === undefined ? undefined : owned(posted.id, view);
    const owner = former ?? view;
    const ofTenant = index.list(now()).filter(({ tenant }) => tenant === owner.tenant);
    const alive = ofTenant.filter((each) => stateOfSilence(each, now()) !== 'expired').length;
    const decided = putSilence(posted, { former, alive }, now(), randomUUID());
    if ('status' in decided) return decided;
    const written = decided.write.map((each) => withMuted({ ...each, ...clustersOf(owner) }, owner.tenant));
    await operators.append(await Promise.all(written), { tenant: owner.tenant });
    return decided.id;
  }

  /** One that is not its own is none. */
  function owned(id: string, view: View): KeptSilence | undefined {
    const silence = index.get(id);
    return silence && view.ownsSilence(silence) ? silence : undefined;
  }

  /** A silence that is active names the alerts that it mutes at once. */
  async function withMuted(silence: Silence, tenant: string): Promise<OperatorItem> {
    if (stateOfSilence(silence, now()) !== 'active') return toItem(silence);
    const sees = (of: Owned) => of.tenant === tenant && isAmongClusters(silence.clusters, of.cluster);
    const mutes = await findFiring(compileSilence(silence).matches, sees);
    return { ...toItem(silence), ...(mutes.length > 0 && { mutes: [...mutes] }) };
  }

  async function expire(id: string, view: View): Promise<SilenceRefusal | undefined> {
    const silence = owned(id, view);
    if (!silence) return { status: 404, message: 'silence not found' };
    if (stateOfSilence(silence, now()) === 'expired') return undefined;
    const over = { ...expireSilence(silence, now()), ...clustersOf(silence) };
    await operators.append([toItem(over)], { tenant: silence.tenant });
    return undefined;
  }

  async function renew(): Promise<void> {
    const old = index.list(now()).filter((each) => isToRenew(each, now()));
    for (const [tenant, own] of Map.groupBy(old, (each) => each.tenant))
      for (let from = 0; from < own.length; from += TOGETHER)
        await operators.append(own.slice(from, from + TOGETHER).map(toItem), { tenant });
  }

  return {
    put: (posted, view) => inTurn(() => put(posted, view)),
    expire: (id, view) => inTurn(() => expire(id, view)),
    renew: () => inTurn(renew),
  };
}

const isToRenew = (silence: KeptSilence, now: number) =>
  stateOfSilence(silence, now) !== 'expired' && now - silence.recordedAt > RENEWED_AFTER;

const clustersOf = ({ clusters }: { readonly clusters?: readonly string[] | undefined }) =>
  clusters ? { clusters: [...clusters] } : {};

function toItem({ id, matchers, startsAt, endsAt, createdBy, comment, updatedAt, clusters }: Silence): OperatorItem {
  const head = { id, matchers, startsAt, endsAt, createdBy, comment };
  const silence = { ...head, ...(updatedAt && { updatedAt }), ...clustersOf({ clusters }) };
  return { type: 'operator', act: 'silence', ...(createdBy !== '' && { actor: createdBy }), silence };
}
