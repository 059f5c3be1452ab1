/** As pino has it. */
export interface Logger {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
}
