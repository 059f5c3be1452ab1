import { type Envelope, splitEnvelope } from '@winnow/contracts';
import type { Line } from './read-lines.ts';

/** Bytes: what was read from a shorter line is far below the limits of items and envelopes. */
const SMALL = 64 * 1024;

/** Splits what is too large, and numbers what comes out: from 1, without gaps. */
export function createArrivals(): (envelope: Envelope, line?: Line, position?: string) => Envelope[] {
  let arrival = 0;
  return (envelope, line, position) => {
    const place = line ? `line ${line.number}` : 'an item of the capture';
    const parts = line && line.bytes < SMALL ? [envelope] : splitEnvelope(envelope, place);
    return parts.map((part, i) => ({
      ...part,
      origin: {
        arrival: ++arrival,
        ...(line && { line: line.number }),
        ...(position !== undefined && i === 0 && { position }),
      },
    }));
  };
}
