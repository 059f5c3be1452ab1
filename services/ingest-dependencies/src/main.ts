// Runs what is configured: traces are always taken, a Prometheus and a file are read where they are named.
import type { DependenciesConfig } from './config.ts';
import type { LiveSource } from './live-source.ts';
import { startServiceGraph } from './service-graph.ts';
import { startStaticEdges } from './static-edges.ts';
import type { SourceOptions } from './tell-edges.ts';
import { startTraces, type TraceTaker } from './traces.ts';

export interface StartDependencies extends SourceOptions {
  readonly config: DependenciesConfig;
}

export interface RunningDependencies extends LiveSource {
  /** To be handed to what answers HTTP. */
  readonly taker: TraceTaker;
}

export function startDependencies({ config, ...options }: StartDependencies): RunningDependencies {
  const { WINNOW_PROMETHEUS_URL: url, WINNOW_DEPENDENCIES_FILE: path } = config;
  const named = (name: string) => ({ ...options, instance: `${options.instance}/${name}` });
  const traces = startTraces(named('traces'));
  const all: readonly LiveSource[] = [
    traces,
    ...(url ? [startServiceGraph({ ...named('service-graph'), url })] : []),
    ...(path ? [startStaticEdges({ ...named('file'), path })] : []),
  ];
  return {
    taker: traces.taker,
    status: () => all.flatMap((each) => each.status()),
    readMetrics: () => all.flatMap((each) => each.readMetrics()),
    async stop() {
      await Promise.all(all.map((each) => each.stop()));
    },
  };
}
