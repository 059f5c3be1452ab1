// How much context an incident gets: one place. What does not fit is left out, farthest first, and the dossier says so.

/** Incidents of a partition that are looked into at once; others wait their turn, the gravest first. */
export const MAX_OPEN_LOOKS = 32;

/** Hops over calls and routes that are walked from a member to what it depends on. */
export const HOPS = 3;

/** Objects of a dossier, and how many pods of one workload may be among them. */
export const MAX_OBJECTS = 200;
export const MAX_PODS_PER_WORKLOAD = 6;
/** Nodes besides those that members or their pods run on. */
export const MAX_NODES = 40;
/** Above so many objects a namespace's bystanders are not looked at. */
export const LARGE_NAMESPACE = 1_000;
export const MAX_EDGES = 800;
/** Dependents of one entity that are looked at: half a fleet may mount one ConfigMap. */
export const MAX_DEPENDENTS = 40;

const KIB = 1024;
/** Characters of JSON that a dossier may take. */
export const DOSSIER_CHARACTERS = 600 * KIB;
/** Of these by section; metrics have at least their own, and what the others leave. */
export const SECTION_CHARACTERS = {
  objects: 230 * KIB,
  edges: 50 * KIB,
  changes: 50 * KIB,
  events: 60 * KIB,
  logs: 150 * KIB,
  metrics: 40 * KIB,
  checks: 20 * KIB,
} as const;

/** Lines asked of each container: the last ones. */
export const LOG_LINES = { current: 400, previous: 200 } as const;
export const MAX_LOG_CONTAINERS = 30;
export const MAX_LOG_PODS_PER_WORKLOAD = 2;
/** One container's excerpt may take this many characters. */
export const MAX_LOG_CHARACTERS = 20 * KIB;

/** Changes are looked for this long before the first symptom, milliseconds. */
export const CHANGES_BEFORE = 60 * 60_000;
export const MAX_CHANGES = 100;

/** Namespaces whose events and metrics are asked for. */
export const MAX_NAMESPACES = 6;
/** Records of one answer. */
export const MAX_EVENTS = 500;
export const MAX_SERIES = 200;
export const MAX_POINTS = 240;
export const MAX_CHECKS = 200;

/** Milliseconds until a look-up counts as timed out. */
export const DEADLINES = {
  objects: 10_000,
  checks: 5_000,
  events: 10_000,
  changes: 5_000,
  logs: 15_000,
  metrics: 10_000,
} as const;
