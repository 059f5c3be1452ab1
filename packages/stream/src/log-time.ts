// When a line of a log was written, where it says so. Logs come in many forms; these are the usual ones.
import { readTime } from '@winnow/contracts';

export interface LogTime {
  /** UTC; a line that names no zone is taken to be in UTC, as containers are. */
  readonly at: string;
  /** The line names its zone. */
  readonly zoned: boolean;
}

const head = 400;
const iso =
  /^\W{0,4}(?:(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL)\b\W{0,4})?(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?\s?(Z|UTC|GMT|[+-]\d\d:?\d\d)?/i;
const jsonText =
  /"(?:@?timestamp|time|ts|asctime|datetime)"\s{0,2}:\s{0,2}"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)(Z|[+-]\d\d:?\d\d)?"/;
const jsonNumber = /"(?:@?timestamp|time|ts|timeMillis|epochSecond)"\s{0,2}:\s{0,2}(\d{10,13}(?:\.\d{1,9})?)\b/;
const logfmt = /(?:^|\s)(?:time|ts|t)="?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:?\d\d)?/;
/** Redis, nginx' access log and the like: `21 Nov 2026 10:06:04.624`, `21/Nov/2026:10:06:04 +0000`. */
const named =
  /(\d{1,2})[ /](Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[ /](\d{4})[: ](\d\d:\d\d:\d\d)(?:[.,](\d{1,6}))?(?:\s([+-]\d{4}))?/;
const months = 'JanFebMarAprMayJunJulAugSepOctNovDec';

function timeOf(
  date: string,
  time: string,
  fraction: string | undefined,
  zone: string | undefined,
): LogTime | undefined {
  const offset = zone === undefined || /^(?:UTC|GMT)$/.test(zone) ? 'Z' : zone;
  const at = readTime(`${date}T${time}${fraction ? `.${fraction}` : ''}${offset}`);
  return at === undefined ? undefined : { at, zoned: zone !== undefined };
}

/** The time that a line begins with, or that its JSON or key=value form names. Undefined for lines that tell none. */
export function logTimeOf(line: string): LogTime | undefined {
  const text = line.length > head ? line.slice(0, head) : line;
  const leading = iso.exec(text);
  if (leading) return timeOf(`${leading[1]}-${leading[2]}-${leading[3]}`, leading[4] ?? '', leading[5], leading[6]);
  const told = jsonText.exec(text) ?? logfmt.exec(text);
  if (told)
    return timeOf((told[1] ?? '').slice(0, 10), (told[1] ?? '').slice(11).replace(',', '.'), undefined, told[2]);
  const epoch = jsonNumber.exec(text)?.[1];
  if (epoch) return fromEpoch(Number(epoch));
  const day = named.exec(text.slice(0, 120));
  if (!day) return undefined;
  const month = String(months.indexOf(day[2] ?? '') / 3 + 1).padStart(2, '0');
  return timeOf(`${day[3]}-${month}-${(day[1] ?? '').padStart(2, '0')}`, day[4] ?? '', day[5], day[6]);
}

function fromEpoch(value: number): LogTime | undefined {
  const time = new Date(value < 1e11 ? value * 1000 : value);
  return Number.isNaN(time.getTime()) ? undefined : { at: time.toISOString(), zoned: true };
}
