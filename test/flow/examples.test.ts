// The bundled examples, held to their truth: every root is some incident's first hypothesis, nothing else is.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { EntityRef, Report, ReportIncident } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { diagnosePath } from '../../packages/cli/src/diagnose.ts';

interface Root {
  readonly id: string;
  readonly accepted_modes: readonly string[];
  readonly accepted_entities: readonly EntityRef[];
}
interface Expected {
  readonly case: string;
  readonly roots: readonly Root[];
}

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
const expected: Record<string, Expected> = JSON.parse(readFileSync(`${examples}expected.json`, 'utf8'));

const same = (a: EntityRef, b: EntityRef) =>
  a.kind === b.kind && (a.namespace ?? '') === (b.namespace ?? '') && a.name === b.name;

/** The id of the root that an incident's first hypothesis names, or what it names instead. */
function nameDiagnosis(incident: ReportIncident, roots: readonly Root[]): string {
  const first = incident.hypotheses.find((hypothesis) => hypothesis.verdict !== 'ruled-out');
  if (!first) return `nothing (${incident.title})`;
  const root = roots.find(
    (each) =>
      each.accepted_modes.includes(first.mode) && each.accepted_entities.some((entity) => same(entity, first.entity)),
  );
  return root?.id ?? `${first.mode} of ${first.entity.kind} ${first.entity.name}`;
}

const diagnoses = (report: Report, roots: readonly Root[]) =>
  report.incidents.map((incident) => nameDiagnosis(incident, roots)).sort();

describe('captures', () => {
  it.each(Object.entries(expected))('%s', async (name, { roots }) => {
    const report = await diagnosePath(`${examples}${name}`);
    expect(report.problems).toEqual([]);
    expect(diagnoses(report, roots)).toEqual(roots.map((root) => root.id).sort());
    expect(report.verdict).toBe(roots.length > 0 ? 'incidents' : 'healthy');
  });
});

describe('the recording of the same run', () => {
  const roots = Object.values(expected).flatMap((each) => each.roots);
  const captures = Object.keys(expected).map((name) => `${examples}${name}`);

  it('gives the same first hypotheses', async () => {
    const report = await diagnosePath(`${examples}outage.jsonl.gz`, { captures });
    expect(diagnoses(report, roots)).toEqual(roots.map((root) => root.id).sort());
  });

  it('gives the same bytes each time, its ledger balances, and each line is in one incident at most', async () => {
    const [one, two] = [
      await diagnosePath(`${examples}outage.jsonl.gz`, { captures }),
      await diagnosePath(`${examples}outage.jsonl.gz`, { captures }),
    ];
    expect(JSON.stringify(one)).toBe(JSON.stringify(two));
    const { received, signals, deduplicated, muted, shed, deadLettered } = one.ledger;
    expect(signals + deduplicated + muted + shed + deadLettered).toBe(received);
    const lines = one.incidents.flatMap((incident) => incident.lines ?? []);
    expect(new Set(lines).size).toBe(lines.length);
    expect(lines.length).toBeGreaterThan(0);
  });
});
