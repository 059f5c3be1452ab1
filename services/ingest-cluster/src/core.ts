// What a cluster's own words (events, objects) become, before anybody decides what they mean.
export { readEvent } from './core/read-event.ts';
export { readObject } from './core/read-object.ts';
