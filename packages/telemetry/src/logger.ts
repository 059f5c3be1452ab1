// Logs go to stderr as JSON lines: stdout is for results. Secrets are hidden before anything is written.
import { redactJson, redactText } from '@winnow/redaction';
import { type DestinationStream, destination, type Logger as PinoLogger, pino, stdSerializers } from 'pino';

/** pino's own. */
export type Logger = PinoLogger<string, boolean>;

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LoggerOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where WINNOW_LOG_LEVEL is not set. */
  readonly level?: LogLevel;
  /** stderr where absent. */
  readonly to?: DestinationStream;
}

/** @throws where WINNOW_LOG_LEVEL is no level. */
export function createLogger(name: string, { env, level = 'info', to }: LoggerOptions): Logger {
  const options = {
    name,
    level: levelOf(env.WINNOW_LOG_LEVEL, level),
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), bindings: withoutSecrets, log: withoutSecrets },
    // Texts with their arguments are put together by pino: each is cleaned before that.
    hooks: {
      logMethod(this: Logger, given: unknown[], method: (...all: unknown[]) => void) {
        const [first, ...rest] = given;
        // Of a bare error pino would take the message as it is.
        const all = first instanceof Error && rest.length === 0 ? [first, first.message] : given;
        method.apply(
          this,
          all.map((each) => (typeof each === 'string' ? redactText(each) : each)),
        );
      },
    },
  };
  return pino(options as Parameters<typeof pino>[0] & object, to ?? destination({ fd: 2, sync: true }));
}

function levelOf(text: string | undefined, otherwise: LogLevel): LogLevel {
  if (text === undefined || text === '') return otherwise;
  const level = logLevels.find((each) => each === text.toLowerCase());
  if (level) return level;
  throw new Error(`WINNOW_LOG_LEVEL must be one of ${logLevels.join(', ')}, not ${JSON.stringify(text)}`);
}

function withoutSecrets(fields: Record<string, unknown>): Record<string, unknown> {
  const plain = Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? stdSerializers.err(value) : value]),
  );
  return redactJson(plain) as Record<string, unknown>;
}
