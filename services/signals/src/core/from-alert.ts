// Alerts: a repeat of a known one costs a look at two packed rows; its labels are read only when it is new or comes back.
import type { AlertItem, SymptomId } from '@winnow/contracts';
import { alertClassOf, isAlwaysFiring } from './alert-classes.ts';
import { linkPrint, printKey, slotOfPrint } from './alert-prints.ts';
import { subjectOfAlert } from './alert-subject.ts';
import { type Claim, muted, type Verdict } from './claim.ts';
import { hush } from './hush.ts';
import { raise, settleOrSave } from './raise.ts';
import { firesSince, prolong, takeRepeat } from './repeat-alert.ts';
import { resolve } from './resolve.ts';
import { silenceOf } from './silencing.ts';
import { isAlive, type Place, placeAt, save, slotKeyOf } from './slots.ts';
import { beat, print } from './state.ts';
import { takeTelling } from './take-telling.ts';
import { msOf } from './time.ts';
import type { Turn } from './turn.ts';

export function takeAlert(turn: Turn, alert: AlertItem): Verdict {
  const told = alert.toldAt === undefined ? undefined : takeTelling(turn, alert);
  if (told) return told;
  const silence = silenceOf(turn, alert);
  if (silence !== undefined) {
    hush(turn, alert.fingerprint, silence, alert.status === 'resolved');
    return muted('silence');
  }
  return takeTurn(turn, alert) ?? takeRepeat(turn, alert) ?? takeOther(turn, alert);
}

/** A later turn of what fires may make it graver: it says all of it anew. One that is about another object by now is a repeat. */
function takeTurn(turn: Turn, alert: AlertItem): Verdict | undefined {
  if (alert.toldAt === undefined || alert.status !== 'firing') return undefined;
  const key = printKey(turn, alert.fingerprint);
  const known = turn.state.fingerprints.get(key);
  if (!known) return undefined;
  const { entity, symptom } = claimOf(turn, alert);
  return slotKeyOf(turn.scope, entity, symptom) === slotOfPrint(known) ? takeNew(turn, alert, key) : undefined;
}

function takeOther(turn: Turn, alert: AlertItem): Verdict {
  const key = printKey(turn, alert.fingerprint);
  const known = turn.state.fingerprints.get(key);
  const slot = known && slotOfPrint(known);
  if (!known || !slot) return alert.status === 'firing' ? takeNew(turn, alert, key) : unknownResolved(alert);
  if (alert.status === 'resolved') return takeResolved(turn, alert, key, known, slot);
  return takeNew(turn, alert, key);
}

function unknownResolved(alert: AlertItem): Verdict {
  return muted(isAlwaysFiring(alert) ? 'always-firing-alert' : 'resolved-unknown');
}

/** A new alert, or one that comes back. */
function takeNew(turn: Turn, alert: AlertItem, key: string): Verdict {
  if (isAlwaysFiring(alert)) return muted('always-firing-alert');
  const known = turn.state.fingerprints.get(key);
  const claim = claimOf(turn, alert);
  const raised = raise(turn, claim, 'alert', 1);
  const { place, keeper } = raised;
  const counted =
    known && slotOfPrint(known) === place.key && firesSince(known, place.row) && place.row[beat.firing]! > 0;
  if (!counted) place.row[beat.firing]!++;
  const isTimed = place.row[beat.endsAt] !== 0 && keeper === turn.heard;
  const due = prolong(turn, alert, place.row);
  // An entry that is early is put off when it is due; one for each alert would be millions.
  if (!isTimed) turn.state.timers.add(turn.heard, { due, kind: 'alert', key: place.key });
  linkPrint(turn, key, place, counted ? known[print.senders]! | turn.sender : turn.sender);
  settleOrSave(turn, raised);
  return { outcome: raised.changed ? 'signal' : 'deduplicated', slot: place.key };
}

function takeResolved(turn: Turn, alert: AlertItem, key: string, known: number[], slot: string): Verdict {
  const place = placeAt(turn, slot);
  const fired = place !== undefined && firesSince(known, place.row);
  known[print.lastAt] = -turn.at;
  turn.state.fingerprints.set(key, known);
  if (!place || !fired || place.row[beat.firing] === 0) return { outcome: 'deduplicated', slot };
  place.row[beat.firing]!--;
  place.row[beat.lastSeen] = Math.max(place.row[beat.lastSeen]!, Math.min(msOf(alert.endsAt) || turn.at, turn.at));
  end(turn, place);
  return { outcome: 'signal', slot };
}

function end(turn: Turn, place: Place): void {
  if (isAlive(place)) save(turn, place);
  else resolve(turn, place, 'recovered');
}

function claimOf(turn: Turn, alert: AlertItem): Claim {
  const { labels, annotations } = alert;
  const found = alertClassOf(alert);
  const subject = subjectOfAlert(turn, labels, found.symptom);
  const symptom: SymptomId = found.symptom === 'crash-loop' && subject.init ? 'init-failed' : found.symptom;
  const name = labels.alertname ?? 'alert';
  const attributes: Record<string, string> = { alertname: name };
  for (const [label, value] of Object.entries({
    container: subject.container,
    node: subject.node,
    resource: labels.resource,
  }))
    if (value) attributes[label] = value;
  return {
    entity: subject.entity,
    subject: subject.subject,
    symptom,
    reason: name,
    message: annotations.description ?? annotations.message ?? annotations.summary ?? '',
    severity: found.severity,
    since: Math.min(msOf(alert.startsAt) || turn.at, turn.at),
    attributes,
    provisional: subject.provisional,
    why: `alert ${name}, about ${subject.by}`,
  };
}
