// What a cluster's own words (events, objects) become, before anybody decides what they mean.
export {
  backOffMs,
  isSilentClose,
  relistsAfterSilence,
  requestBackOff,
  seldomMs,
  watchSeconds,
} from './core/back-off.ts';
export type { Piece } from './core/gather-bytes.ts';
export { readListed, readWatched, type Told } from './core/read-arrival.ts';
export { readEvent } from './core/read-event.ts';
export { readObject } from './core/read-object.ts';
export { createListScanner } from './core/scan-list.ts';
export { createLineSplitter } from './core/split-lines.ts';
export { createToldBefore, type ToldBefore } from './core/told-before.ts';
export { chooseKinds, type KindRule, readKindRule, type WatchedKind } from './core/watched-kinds.ts';
