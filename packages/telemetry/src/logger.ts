// Logs go to stderr as JSON lines: stdout is for results. Secrets are hidden before anything is written.
import { readSettings } from '@winnow/contracts';
import { redactJson } from '@winnow/redaction';
import { type DestinationStream, destination, type Logger as PinoLogger, pino } from 'pino';
import { z } from 'zod';

/** pino's own. */
export type Logger = PinoLogger<string, boolean>;

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export const loggerConfigSchema = z.strictObject({
  WINNOW_LOG_LEVEL: z
    .string()
    .toLowerCase()
    .pipe(z.enum(logLevels))
    .optional()
    .meta({
      description: 'what is logged to stderr',
      takes: logLevels.join(', '),
      otherwise: '`info`; `warn` for `winnow up`',
    }),
});

export interface LoggerOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where WINNOW_LOG_LEVEL is not set. */
  readonly level?: LogLevel;
  /** stderr where absent. */
  readonly to?: DestinationStream;
}

/** @throws SettingsWrong where WINNOW_LOG_LEVEL is no level. */
export function createLogger(name: string, { env, level = 'info', to }: LoggerOptions): Logger {
  return pino(
    {
      level: readSettings(loggerConfigSchema, env).WINNOW_LOG_LEVEL ?? level,
      base: { name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: withoutSecrets },
    },
    to ?? destination({ fd: 2, sync: true }),
  );
}

/** The last step before a line is written, so that nothing goes past it: fields, texts, arguments, errors, bindings. */
function withoutSecrets(line: string): string {
  return `${JSON.stringify(redactJson(JSON.parse(line)))}\n`;
}
