// What an operator may set: read once, from the environment.
import { z } from 'zod';

const file = z.string().min(1).optional();
const accessConfigSchema = z
  .strictObject({
    /** Who may do what: see the README. */
    WINNOW_AUTH_FILE: file,
    /** PEM. Both or none. */
    WINNOW_TLS_CERT_FILE: file,
    WINNOW_TLS_KEY_FILE: file,
    /** PEM: the authority of client certificates. */
    WINNOW_TLS_CLIENT_CA_FILE: file,
  })
  .refine((config) => !config.WINNOW_TLS_CERT_FILE === !config.WINNOW_TLS_KEY_FILE, {
    message: 'WINNOW_TLS_CERT_FILE and WINNOW_TLS_KEY_FILE go together: set both or none',
  })
  .refine((config) => !config.WINNOW_TLS_CLIENT_CA_FILE || config.WINNOW_TLS_CERT_FILE, {
    message: 'WINNOW_TLS_CLIENT_CA_FILE needs WINNOW_TLS_CERT_FILE and WINNOW_TLS_KEY_FILE',
  });
export type AccessConfig = Readonly<z.infer<typeof accessConfigSchema>>;

const names = ['WINNOW_AUTH_FILE', 'WINNOW_TLS_CERT_FILE', 'WINNOW_TLS_KEY_FILE', 'WINNOW_TLS_CLIENT_CA_FILE'] as const;

/** @throws Error that says which variables do not go together. */
export function readAccessConfig(environment: Readonly<Record<string, string | undefined>>): AccessConfig {
  const given = Object.fromEntries(names.map((name) => [name, environment[name] || undefined]));
  const parsed = accessConfigSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map(({ message }) => message).join('; '));
}
