import { describe, expect, it } from 'vitest';
import { fingerprintOf } from './fingerprint.ts';
import { readGrafana } from './read-grafana.ts';

const context = { at: '2026-03-08T15:21:12.035Z', place: '' };
const alert = {
  status: 'firing',
  labels: { alertname: 'High memory usage', team: 'blue', namespace: 'shop' },
  annotations: { summary: 'memory is high' },
  startsAt: '2026-03-08T17:09:51.157076+02:00',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'https://grafana.acme/alerting/1afz29v7z/edit',
  fingerprint: 'c6eadffa33fcdf37',
  silenceURL: 'https://grafana.acme/alerting/silence/new?matcher=x',
  dashboardURL: 'https://grafana.acme/d/abc?orgId=1',
  panelURL: '',
  imageURL: 'https://ops:hunter2@images.acme/a.png',
  values: { B: 44.23943737541908, C: 1 },
  valueString: "[ var='B' labels={} value=44.2 ]",
};
const body = (alerts: readonly unknown[]) => ({
  receiver: 'winnow',
  status: 'firing',
  orgId: 1,
  state: 'alerting',
  title: '[FIRING:1]',
  version: '1',
  truncatedAlerts: 0,
  alerts,
});

describe('given what Grafana’s alerting posts, when it is read', () => {
  it('then its alerts are alerts, with what was measured and where to look', () => {
    expect(readGrafana(body([alert]), context)).toEqual([
      {
        type: 'alert',
        status: 'firing',
        fingerprint: fingerprintOf(alert.labels),
        labels: alert.labels,
        startsAt: '2026-03-08T15:09:51.157Z',
        generatorURL: alert.generatorURL,
        annotations: {
          summary: 'memory is high',
          values: "[ var='B' labels={} value=44.2 ]",
          dashboardURL: 'https://grafana.acme/d/abc?orgId=1',
          imageURL: 'https://ops:[REDACTED]@images.acme/a.png',
        },
      },
    ]);
  });

  it('then values stand for a text of them, and a resolved one among firing ones is resolved', () => {
    const { valueString: _, ...rest } = alert;
    const [one, two] = readGrafana(
      body([rest, { ...alert, status: 'resolved', endsAt: '2026-03-08T15:20:00Z' }]),
      context,
    );
    expect(one).toMatchObject({ annotations: { values: 'B=44.23943737541908, C=1' } });
    expect(two).toMatchObject({ status: 'resolved', endsAt: '2026-03-08T15:20:00.000Z' });
  });

  it('then a rule that could not be evaluated is an alert that names it', () => {
    const labels = { alertname: 'DatasourceError', rulename: 'High memory usage', datasource_uid: 'P1', ref_id: 'A' };
    expect(readGrafana(body([{ ...alert, labels }]), context)).toMatchObject([{ labels }]);
  });

  it('then what cannot be read is named, and its neighbours stay', () => {
    expect(readGrafana(body([alert, 7, { labels: {} }, alert]), context)).toMatchObject([
      { type: 'alert', annotations: { dashboardURL: alert.dashboardURL } },
      { place: 'alerts[1]' },
      { place: 'alerts[2].labels.alertname' },
      { type: 'alert' },
    ]);
    expect(readGrafana({}, context)).toMatchObject([{ place: 'alerts' }]);
  });
});
