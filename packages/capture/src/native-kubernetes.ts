// Events and objects as the API server writes them.
import {
  type EventItem,
  type KubeObject,
  kindOf,
  known,
  type ListMarkerItem,
  type ObjectItem,
} from '@winnow/contracts';

type Native = Readonly<Record<string, unknown>>;

/** A core/v1 Event. */
function eventOf(item: EventItem): Native {
  const { regarding, regardingUid, container } = item;
  const about = known({
    ...regarding,
    uid: regardingUid,
    fieldPath: container === undefined ? undefined : `spec.containers{${container}}`,
  });
  return {
    kind: 'Event',
    apiVersion: 'v1',
    metadata: known({ namespace: regarding.namespace, uid: item.uid, resourceVersion: item.resourceVersion }),
    involvedObject: about,
    ...known({
      reason: item.reason || undefined,
      message: item.message || undefined,
      type: item.eventType || undefined,
    }),
    count: item.count,
    ...known({ firstTimestamp: item.firstAt, lastTimestamp: item.lastAt }),
    source: known({ component: item.reporter, host: item.node }),
  };
}

/** By itself, or, where it was removed, as a watch tells of that. */
export function nativeEvent(item: EventItem): Native {
  return item.deleted ? { type: 'DELETED', object: eventOf(item) } : eventOf(item);
}

/** An event among the objects of a watch. */
export function watchedEvent(item: EventItem): Native {
  return { type: item.deleted ? 'DELETED' : 'MODIFIED', object: eventOf(item) };
}

/** The facts of an object, under the kind that Kubernetes knows it by. */
export function nativeKube(object: KubeObject): Native {
  if (object.kind !== 'Other') return object;
  const { kind: _, otherKind, ...rest } = object;
  // Kinds of other groups that are named like Kubernetes' own carry their group: `Service.serving.knative.dev`.
  const group = `.${object.apiVersion?.split('/')[0]}`;
  return { kind: kindOf(object).endsWith(group) ? otherKind.slice(0, -group.length) : otherKind, ...rest };
}

/** What a watch delivers. */
export function nativeObject({ change, object }: ObjectItem): Native {
  return { type: change, object: nativeKube(object) };
}

/** No API server writes these: where a list of all objects of a kind begins and ends. */
const markers = { 'list-begin': 'LIST_BEGIN', 'list-end': 'LIST_END' } as const;

export function nativeMarker({ type, kind, namespace }: ListMarkerItem): Native {
  return { type: markers[type], kind, ...known({ namespace }) };
}

export const markerTypes = { LIST_BEGIN: 'list-begin', LIST_END: 'list-end' } as const;
