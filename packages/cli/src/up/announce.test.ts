import { describe, expect, test } from 'vitest';
import { sampleReport } from '../render/sample-report.ts';
import { createAnnouncer } from './announce.ts';

const incident = sampleReport.incidents[0]!;
const later = { ...incident, updatedAt: '2026-03-08T15:26:00.000Z' };

function given() {
  const written: string[] = [];
  const announcer = createAnnouncer((text) => written.push(text), { coloured: false, width: 100 });
  return { written, tell: (each: typeof incident) => announcer.tell(each, sampleReport.asOf) };
}

describe('given incidents that are explained', () => {
  test('when one is told of again with the same cause, then it is printed once', () => {
    const { written, tell } = given();
    tell(incident);
    tell(later);
    expect(written.length).toBe(1);
    expect(written[0]).toContain('● HIGH  Service checkout/session-store selects no pod');
  });

  test('when its cause turns out to be another, then it is printed in full again', () => {
    const { written, tell } = given();
    tell({ ...incident, hypotheses: [] });
    tell(incident);
    expect(written.length).toBe(2);
  });

  test('when it resolves, then one line says so', () => {
    const { written, tell } = given();
    tell(incident);
    tell({ ...later, status: 'resolved', closedBy: 'recovered' });
    expect(written[1]).toMatch(/^15:26:00 UTC resolved: .*it recovered\n\n$/);
  });

  test('when it was over before anybody was told, then nothing is printed', () => {
    const { written, tell } = given();
    tell({ ...incident, status: 'resolved' });
    expect(written).toEqual([]);
  });
});
