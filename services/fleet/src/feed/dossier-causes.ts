// What the context of an incident shows that other clusters may share: what was rolled out before it, and where its nodes stand.
import {
  type Dossier,
  entityKey,
  type FleetCause,
  type KubeObject,
  livingSignals,
  type Signal,
} from '@winnow/contracts';
import { imageName } from './names.ts';

export function causesOfDossier(dossier: Dossier): readonly FleetCause[] {
  return [...ofRollouts(dossier), ...ofPlaces(dossier)];
}

const HOUR = 3_600_000;

/** An image that was changed shortly before the trouble began. */
function ofRollouts({ changes, incident }: Dossier): FleetCause[] {
  const concerned = new Set([
    ...livingSignals(incident).map(({ entity }) => entityKey(entity)),
    ...incident.roots.map(({ entity }) => entityKey(entity)),
  ]);
  const began = Date.parse(incident.openedAt);
  return changes.flatMap(({ at, entity, diff }) => {
    const before = began - Date.parse(at);
    if (before > HOUR || before < -HOUR / 12) return [];
    const weight = concerned.has(entityKey(entity)) ? 0.85 : 0.5;
    return diff.flatMap(({ path, after }): FleetCause[] => {
      const image = path.endsWith('.image') && after !== undefined ? imageName(after) : undefined;
      const why = `${entity.kind} ${entity.name} was given it at ${at}`;
      return image ? [{ kind: 'image', key: image, weight, why }] : [];
    });
  });
}

const zoneLabels = ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'];
const regionLabels = ['topology.kubernetes.io/region', 'failure-domain.beta.kubernetes.io/region'];
const poolLabels = [
  'eks.amazonaws.com/nodegroup',
  'cloud.google.com/gke-nodepool',
  'kubernetes.azure.com/agentpool',
  'karpenter.sh/nodepool',
  'kops.k8s.io/instancegroup',
  'node.kubernetes.io/instance-group',
];
const places = [
  ['zone', zoneLabels],
  ['region', regionLabels],
  ['node-pool', poolLabels],
] as const;

/** Symptoms of the ground that everything stands on. */
const groundless: ReadonlySet<Signal['symptom']> = new Set([
  'node-not-ready',
  'node-pressure',
  'node-service-down',
  'sandbox-failed',
  'mount-failed',
  'attach-failed',
  'claim-pending',
  'unschedulable',
  'connectivity-failed',
  'dns-failed',
  'control-plane',
]);

/** Where all nodes in trouble stand in the same place, that place is suspect. */
function ofPlaces({ incident, objects }: Dossier): FleetCause[] {
  const signals = livingSignals(incident);
  const names = new Set(
    signals.flatMap(({ entity, attributes }) => (entity.kind === 'Node' ? entity.name : (attributes.node ?? []))),
  );
  const nodes = objects.filter(({ kind, metadata }) => kind === 'Node' && names.has(metadata.name));
  if (nodes.length === 0) return [];
  const ground = signals.find(({ symptom }) => groundless.has(symptom));
  return places.flatMap(([kind, labels]): FleetCause[] => {
    const values = new Set(nodes.map((node) => labelOf(node, labels)));
    const [value] = values;
    if (values.size !== 1 || value === undefined) return [];
    const word = signals[0]?.attributes.alertname ?? signals[0]?.symptom ?? 'other';
    const symptom: FleetCause = {
      ...{ kind: 'symptom', key: `${word} in ${kind} ${value}`, weight: 0.35 },
      why: `${word}, and all of its nodes are in ${kind} ${value}`,
    };
    if (!ground) return [symptom];
    return [{ kind, key: value, weight: 0.5, why: `${ground.symptom} on nodes that all are in it` }, symptom];
  });
}

function labelOf({ metadata }: KubeObject, names: readonly string[]): string | undefined {
  return names.map((name) => metadata.labels?.[name]).find((value) => value);
}
