// What commands take from the environment besides what services do.
import { z } from 'zod';

export const commandConfigSchema = z.strictObject({
  WINNOW_DATA: z.string().min(1).optional().meta({
    description: 'where the embedded log and state are',
    takes: 'a directory',
    otherwise: '`winnow` under `$XDG_DATA_HOME` or `~/.local/share`',
  }),
  WINNOW_TOKEN: z.string().min(1).optional().meta({
    description: 'what commands show to a Winnow that asks for credentials',
    takes: 'a token',
    secret: true,
  }),
  NO_COLOR: z.string().optional().meta({ description: 'no colour, also on a terminal', takes: 'anything' }),
});

export const kubeconfigSchema = z.strictObject({
  KUBECONFIG: z.string().optional().meta({
    description: 'where contexts are looked up',
    takes: 'files, with colons between',
    otherwise: '`~/.kube/config`',
  }),
});
