// What a message says apart from its figures, and which things it names.

/** The message with numbers, addresses, ids and generated suffixes blanked: two messages of one template say the same. */
export function templateOf(message: string): string {
  const known = templates.get(message);
  if (known !== undefined) return known;
  if (templates.size >= MOST_TEMPLATES) templates.clear();
  const template = blank(message);
  templates.set(message, template);
  return template;
}

/** Messages are compared with those that a signal has already, again and again. */
const templates = new Map<string, string>();
const MOST_TEMPLATES = 4_096;

function blank(message: string): string {
  return message
    .slice(0, 400)
    .replace(/\(combined from similar events\): /g, '')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '#')
    .replace(/\b[0-9a-f]{12,}\b/gi, '#')
    .replace(/-[0-9a-z]{6,10}-[0-9a-z]{5}\b/g, '-#')
    .replace(/-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '-#')
    .replace(/\d+(?:[.:]\d+)*/g, '#');
}

const MESSAGES = 5;
const LENGTH = 1000;

/** Adds a message where none of its template is there yet. Answers whether it did. */
export function addMessage(messages: string[], message: string): boolean {
  const text = message.trim().slice(0, LENGTH);
  if (!text || messages.length >= MESSAGES || messages.includes(text)) return false;
  const template = templateOf(text);
  if (messages.some((each) => templateOf(each) === template)) return false;
  messages.push(text);
  return true;
}

const named: readonly (readonly [string, RegExp])[] = [
  ['secret', /secrets? "([^"]+)" not found/i],
  ['secret', /couldn't find key \S+ in Secret (\S+)/i],
  ['configmap', /configmaps? "([^"]+)" not found/i],
  ['configmap', /couldn't find key \S+ in ConfigMap (\S+)/i],
  ['claim', /persistentvolumeclaim "([^"]+)"/i],
  ['serviceaccount', /serviceaccounts? "([^"]+)" not found/i],
  ['serviceaccount', /error looking up service account ([^\s:]+)/i],
  ['storageclass', /storageclass(?:\.storage\.k8s\.io)? "([^"]+)" not found/i],
  ['quota', /exceeded quota: ([^,\s]+)/i],
  ['quota', /failed quota: ([^:,\s]+)/i],
  ['image', /(?:pull(?:ing)? image|image) "([^"]+)"/i],
  ['volume', /for volume "([^"]+)"/i],
  ['webhook', /admission webhook "([^"]+)"/i],
];

/** Rare things that a message names: a secret, a claim, a quota, an image and its registry. */
export function referencesIn(message: string): Record<string, string> {
  const found: Record<string, string> = {};
  const text = message.slice(0, 2000);
  for (const [name, pattern] of named) {
    const match = found[name] ? undefined : pattern.exec(text)?.[1];
    if (match) found[name] = match.slice(0, 200);
  }
  const registry = found.image && registryOf(found.image);
  return registry ? { ...found, registry } : found;
}

/** The registry's host, where the image names one. */
export function registryOf(image: string): string | undefined {
  const slash = image.indexOf('/');
  const host = slash > 0 ? image.slice(0, slash) : '';
  return /[.:]/.test(host) || host === 'localhost' ? host : undefined;
}
