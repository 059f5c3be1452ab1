import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { TemporaryFolder } from '../process/folders.ts';

// Each is who it is in a real cluster, so that audit entries and RBAC are those of one.
const GROUPS = {
  admin: 'system:masters',
  kwok: 'system:masters',
  'system:kube-controller-manager': '',
  'system:kube-scheduler': '',
} as const;

export type SystemUser = keyof typeof GROUPS;

export interface Credentials {
  readonly tokens: Readonly<Record<SystemUser, string>>;
  readonly tokenFile: string;
  readonly serviceAccountKey: string;
  readonly serviceAccountPublicKey: string;
}

/** The tokens that the API server knows, and the key of ServiceAccounts' tokens. */
export function writeCredentials(folder: TemporaryFolder): Credentials {
  const users = Object.keys(GROUPS) as SystemUser[];
  const tokens = Object.fromEntries(users.map((user) => [user, randomBytes(16).toString('hex')]));
  const lines = users.map((user) => `${tokens[user]},${user},${user},"${GROUPS[user]}"`);
  writeFileSync(folder.file('tokens.csv'), lines.join('\n'), { mode: 0o600 });
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  writeFileSync(folder.file('service-accounts.key'), privateKey, { mode: 0o600 });
  writeFileSync(folder.file('service-accounts.pub'), publicKey);
  return {
    tokens: tokens as Record<SystemUser, string>,
    tokenFile: folder.file('tokens.csv'),
    serviceAccountKey: folder.file('service-accounts.key'),
    serviceAccountPublicKey: folder.file('service-accounts.pub'),
  };
}
