// A person's word on the root goes before every hypothesis of the engine.
import {
  categoryOf,
  entityKey,
  type Finding,
  failureMode,
  type Hypothesis,
  type Incident,
  type Verdict,
} from '@winnow/contracts';

export type Confirmed = NonNullable<Incident['confirmed']>;

/** The finding with what was confirmed as its first hypothesis; what the engine was sure of otherwise is at most likely. */
export function withConfirmed(finding: Finding, confirmed: Confirmed): Finding {
  const mode = failureMode(confirmed.mode);
  if (!mode) return finding;
  const isSame = (each: Hypothesis) => each.mode === mode.id && entityKey(each.entity) === entityKey(confirmed.entity);
  const known = finding.hypotheses.find(isSame);
  const first: Hypothesis = {
    entity: confirmed.entity,
    mode: mode.id,
    category: categoryOf(mode.id),
    confidence: 1,
    verdict: 'confirmed',
    summary: known && known.verdict !== 'ruled-out' ? known.summary : mode.description,
    evidence: [wordOf(finding, confirmed), ...(known && known.verdict !== 'ruled-out' ? known.evidence : [])],
    remediation: known?.remediation ?? [],
  };
  const others = finding.hypotheses
    .filter((each) => !isSame(each))
    .map((each) => ({ ...each, verdict: lessSure(each) }));
  const isTitled = known !== undefined && finding.hypotheses[0] === known && known.verdict !== 'ruled-out';
  return { ...finding, title: isTitled ? finding.title : titleOf(confirmed), hypotheses: [first, ...others] };
}

const lessSure = ({ verdict }: Hypothesis): Verdict => (verdict === 'confirmed' ? 'likely' : verdict);

function wordOf({ incident }: Finding, { at, by = 'somebody', mode, comment }: Confirmed) {
  const quote = comment ?? `${by} confirmed ${mode}`;
  return { source: 'operator', ref: `incident ${incident}, confirmed by ${by} at ${at}`, quote: quote.slice(0, 300) };
}

function titleOf({ entity: { kind, namespace, name }, mode, by = 'somebody' }: Confirmed): string {
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}: ${mode}, confirmed by ${by}`;
}
