// An authority, and certificates of clients that it signed.
import { execFileSync } from 'node:child_process';

export interface Authority {
  readonly caFile: string;
  /** Files of a certificate that says who somebody is: CN the user, O the groups. */
  sign(user: string, group: string): { readonly certFile: string; readonly keyFile: string };
}

export function createAuthority(folder: string): Authority {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const newKey = ['-newkey', 'rsa:2048', '-nodes'];
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=clients', '-days', '1');
  return {
    caFile: `${folder}/ca.crt`,
    sign(user, group) {
      openssl('req', ...newKey, '-keyout', `${user}.key`, '-out', `${user}.csr`, '-subj', `/O=${group}/CN=${user}`);
      const by = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'];
      openssl('x509', '-req', '-in', `${user}.csr`, ...by, '-out', `${user}.crt`, '-days', '1');
      return { certFile: `${folder}/${user}.crt`, keyFile: `${folder}/${user}.key` };
    },
  };
}
