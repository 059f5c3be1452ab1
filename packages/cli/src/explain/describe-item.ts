// One item in a line of words.
import type { Item } from '@winnow/contracts';
import { harmless } from '../render/layout.ts';
import { nameOf } from '../render/words.ts';

export function describeItem(item: Item): string {
  switch (item.type) {
    case 'alert':
      return `alert ${harmless(item.labels.alertname ?? '')} (${item.status}, fingerprint ${item.fingerprint})`;
    case 'event':
      return `${item.eventType} event ${harmless(item.reason)} about ${nameOf(item.regarding)}: ${harmless(item.message).slice(0, 200)}`;
    case 'object':
      return `${item.change} ${nameOf({ kind: item.object.kind === 'Other' ? item.object.otherKind : item.object.kind, ...named(item.object.metadata) })}`;
    case 'audit':
      return `audit ${item.verb} ${item.resource ?? ''} ${item.target ? nameOf(item.target) : ''} by ${harmless(item.user)}: ${item.code ?? 'no code'}`;
    case 'unreadable':
      return `unreadable (${item.code}): ${item.place}: expected ${item.expected}, found ${item.found}`;
    case 'heartbeat':
      return `heartbeat of ${item.source}`;
    default:
      return item.type;
  }
}

function named({ namespace, name }: { readonly namespace?: string | undefined; readonly name: string }) {
  return namespace ? { namespace, name } : { name };
}
