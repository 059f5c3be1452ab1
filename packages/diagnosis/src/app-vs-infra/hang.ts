// The application hangs: it answered its probe at first, and then no more.
import { citeEvent, citeLog, clue } from '../clue.ts';
import { defineMode } from '../mode.ts';
import { readLog, rollback } from '../remedy.ts';
import { deathsOf } from '../world/deaths.ts';
import { probeOf } from '../world/probes.ts';
import type { ContainerView } from '../world/workloads.ts';
import {
  asksDeadPort,
  type ContainerTest,
  endsByItself,
  explainsProbe,
  failing,
  oomKilled,
  outlivedProbe,
  saysBlocked,
  stillStarting,
} from './probe-clues.ts';

/** It did answer this very probe before, or it was ready: the probe itself is right. */
const answeredBefore: ContainerTest = (container, world) => {
  const path = (probeOf(container, 'liveness') ?? probeOf(container, 'readiness'))?.probe.httpGet?.path;
  for (const excerpt of world.logs.excerpts(container.workload, container.name)) {
    const line = path && excerpt.lines.find((each) => each.includes(path) && /\b20\d\b/.test(each));
    if (line) return clue(0.4, 'it answered the probe before', citeLog(excerpt, line));
  }
  const ready = container.runs.find((run) => run.status.ready && (run.status.restartCount ?? 0) > 0);
  return ready && clue(0.2, 'it is ready between its restarts');
};

const ignoredTerm: ContainerTest = (container) => {
  const death = deathsOf(container).find((each) => each.exitCode === 137 && each.reason !== 'OOMKilled');
  return death && clue(0.25, 'it did not end when it was asked to, and was killed', death.evidence);
};

const timesOut: ContainerTest = (container, world) => {
  const found = failing(container, world, ['liveness', 'readiness'], ['timeout']);
  return found && clue(0, `its ${found.kind} probe gets no answer in time`, citeEvent(found.last.event));
};

export const applicationHang = defineMode<ContainerView>({
  id: 'application-hang',
  headline: 'it stops answering after a while',
  over: (world) => world.containers.filter((each) => !each.init),
  blames: ({ workload }) => workload.ref,
  base: 0.5,
  required: [timesOut],
  supporting: [answeredBefore, outlivedProbe, saysBlocked, ignoredTerm],
  refuting: [
    asksDeadPort(['liveness', 'readiness']),
    endsByItself,
    oomKilled,
    (container, world) =>
      answeredBefore(container, world) || saysBlocked(container, world) ? undefined : stillStarting(container, world),
  ],
  explains: explainsProbe(['liveness']),
  summary: ({ name }) => `Container ${name} answers for a while and then hangs, so its probes time out.`,
  remediation: ({ workload, name }) => [
    readLog(
      workload.ref,
      'Take a thread dump while it hangs, and read its last words',
      `-c ${name} --previous --tail=50`,
    ),
    rollback(workload.ref),
  ],
  neighbours: {
    'liveness-probe-wrong-port': 'There the connection is refused from the start.',
    'liveness-probe-timing': 'There it never answered in time.',
  },
});
