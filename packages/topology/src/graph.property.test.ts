import { type EntityRef, entity, type TopologyFacts } from '@winnow/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGraph } from './graph.ts';

// A small world, so that names meet often.
const namespaces = ['a', 'b'];
const names = ['x', 'y', 'x-abc12'];
const kinds = ['Deployment', 'StatefulSet', 'Service', 'Pod', 'ConfigMap', 'NetworkPolicy'];
const entities = namespaces.flatMap((namespace) =>
  kinds.flatMap((kind) => names.map((name) => entity(kind, namespace, name))),
);
const anEntity = fc.constantFrom(...entities);
/** Nothing refers to a pod by name. */
const aTarget = fc.constantFrom(...entities.filter((each) => each.kind !== 'Pod'));
/** Callers are also told of by names without a namespace. */
const anEnd = fc.oneof(
  { weight: 4, arbitrary: aTarget },
  { weight: 1, arbitrary: fc.constantFrom(...names).map((name) => entity('Service', undefined, name)) },
);
const labels = fc.dictionary(fc.constantFrom('app', 'tier'), fc.constantFrom('x', 'y'), { maxKeys: 2 });
const host = fc.constantFrom('x', 'y', 'x.b', 'y.a.svc', 'x-abc12.x.a.svc.cluster.local', 'out.example.com');

const someFacts: fc.Arbitrary<TopologyFacts> = fc.record(
  {
    owner: fc.constantFrom(...entities.filter((each) => each.kind === 'Deployment')),
    labels,
    selector: labels,
    hosts: fc.array(
      host.map((each) => ({ host: each, from: 'env' })),
      { maxLength: 2 },
    ),
    refs: fc.array(
      fc.record({
        type: fc.constantFrom('mounts' as const, 'configures' as const),
        to: aTarget,
        from: fc.constant('spec'),
      }),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
);

type Step =
  | { readonly entity: EntityRef; readonly facts: TopologyFacts | undefined }
  | { readonly from: EntityRef; readonly to: EntityRef; readonly errorRatio?: number; readonly gone?: boolean };
/** Owners are near and not owned in turn, and only what selects has a selector: such facts alone come of objects. */
function plain({ kind, namespace }: EntityRef, facts: TopologyFacts | undefined): TopologyFacts | undefined {
  if (!facts) return undefined;
  const { owner, selector, labels: own, ...others } = facts;
  if (kind === 'Service' || kind === 'NetworkPolicy') return { ...others, ...(selector && { selector }) };
  if (kind === 'ConfigMap') return others;
  return {
    ...others,
    ...(own && { labels: own }),
    ...(owner && kind !== 'Deployment' && { owner: entity(owner.kind, namespace, owner.name) }),
  };
}

const aStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(anEntity, fc.option(someFacts, { nil: undefined, freq: 4 }))
      .map(([of, facts]) => ({ entity: of, facts: plain(of, facts) })),
  },
  {
    weight: 1,
    arbitrary: fc.record(
      {
        from: anEnd,
        to: anEnd,
        errorRatio: fc.constantFrom(0, 0.5),
        gone: fc.boolean(),
      },
      { requiredKeys: ['from', 'to'] },
    ),
  },
);

function answers(graph: ReturnType<typeof createGraph>): unknown {
  return entities.map((each) => [
    graph.home(each),
    graph.knows(each),
    graph.dependencies(each),
    graph.dependants(each),
    graph.trace(each, 'callers', 2).map(({ entity: reached, hops }) => [reached, hops]),
  ]);
}

function declare(
  graph: ReturnType<typeof createGraph>,
  { from, to, errorRatio, gone }: Extract<Step, { from: EntityRef }>,
) {
  if (gone) graph.undeclare(from, to);
  else graph.declare(from, to, errorRatio === undefined ? undefined : { errorRatio });
}

describe('graph', () => {
  it('answers as one that was built afresh from the facts that stand, in another order, after any changes', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 14 }), (steps) => {
        const graph = createGraph();
        const facts = new Map<EntityRef, TopologyFacts>();
        const declared = new Map<string, Extract<Step, { from: EntityRef }>>();
        for (const step of steps) {
          if ('from' in step) {
            declare(graph, step);
            const key = JSON.stringify([step.from, step.to]);
            declared.delete(key);
            if (!step.gone) declared.set(key, step);
          } else {
            graph.apply(step.entity, step.facts);
            if (step.facts) facts.set(step.entity, step.facts);
            else facts.delete(step.entity);
          }
          // What is asked in between is remembered, and must not outlive the next change.
          answers(graph);
        }
        const fresh = createGraph();
        for (const step of [...declared.values()].reverse()) declare(fresh, step);
        for (const [each, known] of [...facts].reverse()) fresh.apply(each, known);
        expect(answers(graph)).toEqual(answers(fresh));
      }),
      { numRuns: 150 },
    );
  });

  it('has an edge at both of its ends', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 14 }), (steps) => {
        const graph = createGraph();
        for (const step of steps)
          if ('from' in step) declare(graph, step);
          else graph.apply(step.entity, step.facts);
        for (const each of entities)
          for (const edge of graph.dependencies(each)) expect(graph.dependants(edge.to)).toContainEqual(edge);
      }),
      { numRuns: 150 },
    );
  });
});
