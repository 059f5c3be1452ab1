// GET /api/v2/status: what clients of Alertmanager read before they ask for anything else.

export interface AlertmanagerStatusOptions {
  /** Winnow's own version. */
  readonly version: string;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly groupBy: readonly string[];
}

/** Clients compare the version to know what the API can: this is the one that it was held against. */
const API_LEVEL = '0.25.0';

export function alertmanagerStatus({ version, startedAt, groupBy }: AlertmanagerStatusOptions): object {
  return {
    cluster: { peers: [], status: 'disabled' },
    config: { original: configText(groupBy) },
    uptime: startedAt,
    versionInfo: {
      branch: 'winnow',
      buildDate: '',
      buildUser: '',
      goVersion: '',
      revision: version,
      version: API_LEVEL,
    },
  };
}

/** The configuration of an Alertmanager that would answer as this does: Grafana, amtool and karma read it. */
export function configText(groupBy: readonly string[]): string {
  const lines = ['global:', '  resolve_timeout: 5m', 'route:', '  receiver: winnow'];
  if (groupBy.length > 0) lines.push('  group_by:', ...groupBy.map((name) => `  - ${JSON.stringify(name)}`));
  return `${[...lines, '  continue: false', 'receivers:', '- name: winnow', 'templates: []'].join('\n')}\n`;
}
