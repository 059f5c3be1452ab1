// What an operator may set: read once, from the environment.
import { type Environment, fileSetting, readSettings } from '@winnow/contracts';
import { z } from 'zod';

export const accessConfigSchema = z
  .strictObject({
    WINNOW_AUTH_FILE: fileSetting('who may send, read and act (packages/http-auth); read again when it changes'),
    WINNOW_TLS_CERT_FILE: fileSetting('turns TLS on, together with its key; read again when it changes', 'a PEM file'),
    WINNOW_TLS_KEY_FILE: fileSetting('the key of WINNOW_TLS_CERT_FILE', 'a PEM file'),
    WINNOW_TLS_CLIENT_CA_FILE: fileSetting(
      'client certificates of this authority say who one is; without a file of credentials they are asked of everybody',
      'a PEM file',
    ),
  })
  .refine((config) => !config.WINNOW_TLS_CERT_FILE === !config.WINNOW_TLS_KEY_FILE, {
    message: 'WINNOW_TLS_CERT_FILE and WINNOW_TLS_KEY_FILE go together: set both or none',
  })
  .refine((config) => !config.WINNOW_TLS_CLIENT_CA_FILE || config.WINNOW_TLS_CERT_FILE, {
    message: 'WINNOW_TLS_CLIENT_CA_FILE needs WINNOW_TLS_CERT_FILE and WINNOW_TLS_KEY_FILE',
  });
export type AccessConfig = Readonly<z.infer<typeof accessConfigSchema>>;

/** @throws SettingsWrong that names each variable and what it takes. */
export const readAccessConfig = (environment: Environment): AccessConfig =>
  readSettings(accessConfigSchema, environment);
