// TLS of the one port: certificate and key from files, changed under way.
import { readFileSync } from 'node:fs';
import type { ServerOptions } from 'node:https';
import { createSecureContext, type Server, TLSSocket } from 'node:tls';
import type { AccessConfig } from './config.ts';

export type TlsMaterial = Pick<ServerOptions, 'cert' | 'key' | 'ca' | 'minVersion'>;

export function tlsFiles(config: AccessConfig): readonly string[] {
  const { WINNOW_TLS_CERT_FILE, WINNOW_TLS_KEY_FILE, WINNOW_TLS_CLIENT_CA_FILE } = config;
  return [WINNOW_TLS_CERT_FILE, WINNOW_TLS_KEY_FILE, WINNOW_TLS_CLIENT_CA_FILE].filter((file) => file !== undefined);
}

/** @throws Error where a file cannot be read, or certificate and key are no pair. */
export function readTls(config: AccessConfig): TlsMaterial {
  const { WINNOW_TLS_CERT_FILE: cert = '', WINNOW_TLS_KEY_FILE: key = '', WINNOW_TLS_CLIENT_CA_FILE: ca } = config;
  const material: TlsMaterial = {
    cert: readFileSync(cert),
    key: readFileSync(key),
    ...(ca !== undefined && { ca: readFileSync(ca) }),
    minVersion: 'TLSv1.2',
  };
  createSecureContext(material);
  return material;
}

/** New connections take it; those that are open go on as they are. */
export function replaceTls(server: unknown, material: TlsMaterial): void {
  (server as Server).setSecureContext(material);
}

/** The common name of the certificate that the other side has shown and the authority has signed. */
export function certificateOf(socket: unknown): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const name: unknown = socket.getPeerCertificate().subject?.CN;
  return typeof name === 'string' ? name : undefined;
}
