// The custom kinds that the chart may render, with the fields that it uses of them and no more: so a misspelt one is refused.
import type { KubernetesObject } from '../../servers/index.ts';

type Schema = Readonly<Record<string, unknown>>;
const text: Schema = { type: 'string' };
const whole: Schema = { type: 'integer' };
const object = (properties: Schema): Schema => ({ type: 'object', properties });
const list = (items: Schema): Schema => ({ type: 'array', items });
const texts: Schema = { type: 'object', additionalProperties: text };
const secretKey = object({ name: text, key: text, optional: { type: 'boolean' } });

function customKind(group: string, version: string, kind: string, plural: string, spec: Schema): KubernetesObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema: object({ spec }) } }],
    },
  };
}

const endpoint = object({
  port: text,
  path: text,
  interval: text,
  scheme: text,
  tlsConfig: object({ ca: object({ secret: secretKey }), serverName: text }),
  authorization: object({ type: text, credentials: secretKey }),
});

const rule = object({ alert: text, expr: text, for: text, labels: texts, annotations: texts });

const trigger = object({ type: text, metadata: texts });

export const customKinds: readonly KubernetesObject[] = [
  customKind(
    'monitoring.coreos.com',
    'v1',
    'ServiceMonitor',
    'servicemonitors',
    object({ selector: object({ matchLabels: texts }), endpoints: list(endpoint) }),
  ),
  customKind(
    'monitoring.coreos.com',
    'v1',
    'PrometheusRule',
    'prometheusrules',
    object({ groups: list(object({ name: text, rules: list(rule) })) }),
  ),
  customKind(
    'keda.sh',
    'v1alpha1',
    'ScaledObject',
    'scaledobjects',
    object({
      scaleTargetRef: object({ name: text }),
      minReplicaCount: whole,
      maxReplicaCount: whole,
      cooldownPeriod: whole,
      triggers: list(trigger),
    }),
  ),
];
