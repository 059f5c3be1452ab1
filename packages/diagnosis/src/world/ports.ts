// Ports of a workload: what it declares, and what it says that it listens on.
import { type Evidence, entity } from '@winnow/contracts';
import { citeLog, citeObject } from '../clue.ts';
import type { ContainerView, Workload } from './workloads.ts';
import type { World } from './world.ts';

export interface Port {
  readonly number: number;
  readonly name: string | undefined;
  readonly protocol: string | undefined;
  readonly evidence: Evidence;
}

/** Ports that the containers declare. */
export function portsOf(workload: Workload, container?: string): readonly Port[] {
  return workload.containers
    .filter((each) => !each.init && (container === undefined || each.name === container))
    .flatMap(({ spec, name }) =>
      (spec?.ports ?? []).flatMap((port) =>
        port.containerPort === undefined
          ? []
          : [
              {
                number: port.containerPort,
                name: port.name,
                protocol: port.protocol,
                evidence: citeObject(
                  entity(workload.ref.kind, workload.namespace, workload.name),
                  `containers[${name}].ports`,
                  `${port.name ?? ''} ${port.containerPort}`.trim(),
                ),
              },
            ],
      ),
    );
}

const listening =
  /(?:listen(?:ing|s|er)?|serving|started|running|bound|bind|accepting|ready|server|http|grpc|port)\b[^\n]{0,60}?(?:(?:port[ =:(]+|(?:\d{1,3}\.){3}\d{1,3}:|\[?::\]?:|\*:|localhost:|https?:\/\/[^\s/:]+:|(?:^|\s|"):))(\d{2,5})\b/i;

/** Ports that a container's own log says it listens on. */
export function announcedPorts(container: ContainerView, world: World): readonly Port[] {
  const found = new Map<number, Port>();
  for (const excerpt of world.logs.excerpts(container.workload, container.name).slice(0, 6))
    for (const line of [...excerpt.lines.slice(0, 120), ...excerpt.lines.slice(-60)]) {
      if (/connect(?:ing|ed)? to|refused|failed|error|timeout|GET |POST |upstream|polling|retry/i.test(line)) continue;
      const match = listening.exec(line);
      const number = Number(match?.[1]);
      if (!match || number > 65535 || found.has(number)) continue;
      found.set(number, { number, name: undefined, protocol: undefined, evidence: citeLog(excerpt, line) });
    }
  return [...found.values()];
}

/** What a workload listens on: its own word before its declaration. */
export function listeningPorts(workload: Workload, world: World): readonly Port[] {
  const announced = workload.containers.filter((each) => !each.init).flatMap((each) => announcedPorts(each, world));
  const declared = portsOf(workload);
  const named = declared.map((each) => each.number);
  return [...declared, ...announced.filter((each) => !named.includes(each.number))];
}
