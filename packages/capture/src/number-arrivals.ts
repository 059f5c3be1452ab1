import { type Envelope, splitEnvelope } from '@winnow/contracts';

/** Splits what is too large, and numbers what comes out: from 1, without gaps. */
export function createArrivals(): (envelope: Envelope, line?: number) => Envelope[] {
  let arrival = 0;
  return (envelope, line) =>
    splitEnvelope(envelope, line === undefined ? 'an item of the capture' : `line ${line}`).map((part) => ({
      ...part,
      origin: { arrival: ++arrival, ...(line === undefined ? {} : { line }) },
    }));
}
