// Each process that compose and the chart start: which service it is, and the settings that it is given.
import { processesOf, renderChart, valuesFiles } from './chart.ts';
import { readCompose, winnowsOf } from './compose.ts';

export interface Process {
  /** Where it is told of, for people. */
  readonly place: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export async function composedProcesses(): Promise<Process[]> {
  return winnowsOf(await readCompose()).map(([name, { command = [], environment = {} }]) => ({
    place: `docker-compose.yml: ${name}`,
    args: command,
    env: environment,
  }));
}

export async function chartedProcesses(): Promise<Process[]> {
  const all: Process[] = [];
  for (const values of valuesFiles.keys()) {
    const { objects } = await renderChart(values);
    all.push(...processesOf(objects).map((each) => ({ ...each, place: `${values}: ${each.place}` })));
  }
  return all;
}

/** The service that it is, else the command: `signals`, `topics`, `agent`. */
export const readerOf = ({ args }: Process): string => (args[0] === 'service' ? args[1] : args[0]) ?? '';
