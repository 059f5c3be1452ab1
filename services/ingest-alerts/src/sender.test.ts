import type { AlertItem } from '@winnow/contracts';
import { expect, test } from 'vitest';
import { senderOf } from './sender.ts';

const alert = (generatorURL?: string): AlertItem => ({
  ...{ type: 'alert', fingerprint: '0'.repeat(16), status: 'firing', labels: {}, annotations: {} },
  ...(generatorURL && { generatorURL }),
});
const posts = (source: 'alertmanager.alerts' | 'alertmanager.webhook', generatorURL?: string, name?: string) =>
  senderOf({ ip: '10.4.0.7' }, { source, clusters: new Map([['prod', [[alert(generatorURL)]]]]), name });

test('given a Prometheus, then it is told by its address and by how it names itself, without path and password', () => {
  const url = 'http://ada:secret@prometheus-0:9090/graph?g0.expr=up';
  expect(posts('alertmanager.alerts', url)).toBe('10.4.0.7 http://prometheus-0:9090');
  expect(posts('alertmanager.alerts', 'nonsense')).toBe('10.4.0.7');
  expect(posts('alertmanager.alerts')).toBe('10.4.0.7');
  expect(posts('alertmanager.alerts', url, 'prom-eu')).toBe('prom-eu http://prometheus-0:9090');
});

test('given an Alertmanager, then it is one sender whosever alerts it forwards', () => {
  expect(posts('alertmanager.webhook', 'http://prometheus-0:9090/graph')).toBe('10.4.0.7');
});

test('given what holds no alert, then nobody is named', () => {
  expect(senderOf({ ip: '10.4.0.7' }, { source: 'alertmanager.alerts', clusters: new Map() })).toBeUndefined();
});
