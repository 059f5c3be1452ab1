// What is known of the kinds of causes: how specific they are, and how usual it is to share one by chance.
import type { FleetCause, FleetCauseKind } from '@winnow/contracts';

interface CauseTraits {
  /** The share of others that are taken to have any one of its values where nothing is known yet. */
  readonly usual: number;
  /** It has few values, which all incidents have one of: that others have another one says nothing. */
  readonly partition?: true;
}

/** The more specific first: of two that explain as much, the first one is the cause. */
const traits: Readonly<Record<FleetCauseKind, CauseTraits>> = {
  image: { usual: 0.2 },
  host: { usual: 0.3 },
  'certificate-authority': { usual: 0.3 },
  dns: { usual: 0.3 },
  registry: { usual: 0.5 },
  'control-plane': { usual: 0.2 },
  'node-pool': { usual: 0.3, partition: true },
  zone: { usual: 0.25, partition: true },
  region: { usual: 0.5, partition: true },
  symptom: { usual: 0.2, partition: true },
};
const bySpecificity = Object.keys(traits) as FleetCauseKind[];

export const usualShare = (kind: FleetCauseKind): number => traits[kind].usual;
export const isPartition = (kind: FleetCauseKind): boolean => traits[kind].partition === true;
export const specificity = (kind: FleetCauseKind): number => bySpecificity.indexOf(kind);

/** From this weight on it says by itself what is at fault; below, it is an attribute that others may share by chance. */
export const TELLING = 0.6;
/** Below this weight it says of which kind a cause would be, and hints at none. */
export const HINTING = 0.3;

/** `image|registry.example.com/shop/cart:1.4.2` */
export const causeKey = ({ kind, key }: Pick<FleetCause, 'kind' | 'key'>): string => `${kind}|${key}`;

export function causeOfKey(text: string): { readonly kind: FleetCauseKind; readonly key: string } {
  const end = text.indexOf('|');
  return { kind: text.slice(0, end) as FleetCauseKind, key: text.slice(end + 1) };
}
