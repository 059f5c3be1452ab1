// Rules, dashboards and the configurations beside them: read by the real promtool, and about metrics that there are.
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { missingServer, promtool, temporaryFolder } from '../servers/index.ts';
import { readCompose } from './deploy-fixtures/compose.ts';
import { exportedMetrics, metricsIn } from './deploy-fixtures/exported-metrics.ts';
import { filesBelow, inRepository, readText, readYaml } from './deploy-fixtures/repository.ts';

const RULES = 'infra/prometheus/winnow-rules.yml';

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}
interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}
interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
}

const dashboards = filesBelow('infra/grafana/dashboards').map(
  (path) => [path, JSON.parse(readText(path)) as Dashboard] as const,
);
const rules = () => readYaml<Rules>(RULES).groups.flatMap((group) => group.rules);

describe.skipIf(missingServer('prometheus'))('given the rules and the configuration of Prometheus', () => {
  test('when promtool checks them, then both are right', async () => {
    expect(await promtool(['check', 'rules', inRepository(RULES)])).toMatchObject({ code: 0 });
    const config = inRepository('infra/prometheus/prometheus.yml');
    expect(await promtool(['check', 'config', '--syntax-only', config])).toMatchObject({ code: 0 });
  });

  test('when promtool runs the tests of the rules, then each fires when it should, and not before', async () => {
    const file = inRepository('infra/prometheus/winnow-rules.test.yml');
    expect(await promtool(['test', 'rules', file])).toMatchObject({ code: 0 });
  });

  test('when the expressions of the dashboards are made rules, then promtool takes each', async () => {
    const all = dashboards.flatMap(([, { panels }]) =>
      panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    );
    const expressions = all.map((expr) => expr.replaceAll('$__rate_interval', '5m'));
    const file = {
      groups: [{ name: 'panels', rules: expressions.map((expr, n) => ({ record: `panel:${n}`, expr })) }],
    };
    const folder = temporaryFolder('panels');
    writeFileSync(folder.file('panels.yml'), JSON.stringify(file));
    const { code, stderr } = await promtool(['check', 'rules', folder.file('panels.yml')]);
    folder.remove();
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(expressions.length).toBeGreaterThan(30);
  });
});

describe('given the metrics that the code exports', () => {
  const exported = exportedMetrics();

  test('when they are collected, then they are found where they are written out and where they are made', () => {
    expect(exported).toContain('winnow_received_total');
    expect(exported).toContain('winnow_agent_buffer_bytes');
  });

  test('when rules are compared with them, then each asks for what there is', () => {
    const missing = rules().flatMap(({ alert, expr }) =>
      metricsIn(expr).flatMap((name) => (exported.has(name) ? [] : [`${alert}: ${name}`])),
    );
    expect(missing).toEqual([]);
  });

  test.each(dashboards)('when %s is compared with them, then each panel asks for what there is', (_, { panels }) => {
    const missing = panels.flatMap(({ title, targets }) =>
      targets.flatMap(({ expr }) =>
        metricsIn(expr).flatMap((name) => (exported.has(name) ? [] : [`${title}: ${name}`])),
      ),
    );
    expect(missing).toEqual([]);
  });
});

describe('given the dashboards', () => {
  test('when they are read, then each has an id of its own, and data sources that are provisioned', () => {
    const { datasources } = readYaml<{ datasources: { uid: string }[] }>(
      'infra/grafana/provisioning/datasources/winnow.yaml',
    );
    const known = datasources.map(({ uid }) => uid);
    expect(known).toEqual(['prometheus', 'tempo', 'winnow']);
    expect(new Set(dashboards.map(([, { uid }]) => uid)).size).toBe(dashboards.length);
    const used = dashboards.flatMap(([, { panels }]) =>
      panels.flatMap(({ targets }) => targets.map(({ datasource }) => datasource.uid)),
    );
    expect(used.filter((uid) => !known.includes(uid))).toEqual([]);
  });

  test.each(dashboards)('when %s is laid out, then no two panels lie on one another', (_, { panels }) => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_each, n) => `${x + (n % w)} ${y + Math.floor(n / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });
});

describe.skipIf(missingServer('docker-compose'))('given the names of docker-compose.yml', () => {
  test('when configurations name a host, then there is such a service', async () => {
    const { services } = await readCompose();
    const files = ['infra/prometheus', 'infra/grafana/provisioning', 'infra/collector', 'infra/tempo'].flatMap(
      filesBelow,
    );
    const named = files
      .filter((path) => !path.endsWith('beside-alertmanager.yml'))
      .flatMap((path) => [...readText(path).matchAll(/(?:https?:\/\/|["' [])([a-z][a-z-]+):(\d{4,5})\b/g)]);
    expect(named.length).toBeGreaterThan(4);
    expect(named.map(([, host = '']) => host).filter((host) => !(host in services))).toEqual([]);
    const { scrape_configs: scraped } = readYaml<{
      scrape_configs: { job_name: string; dns_sd_configs?: { names: string[] }[] }[];
    }>('infra/prometheus/prometheus.yml');
    const asked = scraped.find(({ job_name }) => job_name === 'winnow')?.dns_sd_configs?.[0]?.names ?? [];
    const started = Object.entries(services).filter(([, { command }]) => command?.[0] === 'service');
    expect(asked.sort()).toEqual(started.map(([name]) => name).sort());
  });
});
