// Failures of connections and credentials in words that say what to look at. Nothing of a credential gets into them.
import { redactText } from '@winnow/redaction';
import type { ClusterContext } from './context.ts';
import { TimedOut } from './exchange.ts';

/** The API server cannot be asked: nobody answered, or nobody could be sent there. */
export class ApiUnreachable extends Error {
  override readonly name = 'ApiUnreachable';
}

type Place = Pick<ClusterContext, 'name' | 'server' | 'origin' | 'user' | 'installHint' | 'cluster'>;
type Explain = (place: Place) => string;

const untrusted: Explain = ({ server, cluster, origin }) =>
  `the certificate of ${server} is signed by an authority that is not trusted: certificate-authority of the cluster ${cluster.name} in ${origin} is to name it`;
const refusedCertificate: Explain = ({ server, user, origin }) =>
  `${server} does not take the client certificate of the user ${user.name} in ${origin}`;
const cut: Explain = ({ server }) => `the connection to ${server} was cut`;
const noWay: Explain = ({ server }) => `there is no way to ${server}`;
const unknownName: Explain = ({ server }) => `the name ${new URL(server).hostname} is not known to DNS`;
const noTls: Explain = ({ server }) => `${server} does not speak TLS`;

const byCode: Readonly<Record<string, Explain>> = {
  ECONNREFUSED: ({ server }) => `connection refused by ${server}: nothing listens there`,
  ...{ ENOTFOUND: unknownName, EAI_AGAIN: unknownName, EAI_FAIL: unknownName },
  ...{ EHOSTUNREACH: noWay, ENETUNREACH: noWay },
  ETIMEDOUT: ({ server }) => `no connection to ${server}: it does not answer`,
  ...{ ECONNRESET: cut, EPIPE: cut, ECONNABORTED: cut, HPE_INVALID_EOF_STATE: cut },
  ...{ UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted, SELF_SIGNED_CERT_IN_CHAIN: untrusted },
  ...{ DEPTH_ZERO_SELF_SIGNED_CERT: untrusted, UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted },
  ...{ UNABLE_TO_GET_ISSUER_CERT: untrusted, CERT_SIGNATURE_FAILURE: untrusted, CERT_UNTRUSTED: untrusted },
  CERT_HAS_EXPIRED: ({ server }) => `the certificate of ${server} has expired`,
  CERT_NOT_YET_VALID: ({ server }) => `the certificate of ${server} is not valid yet: compare the clocks`,
  ERR_TLS_CERT_ALTNAME_INVALID: ({ server, cluster, origin }) =>
    `the certificate of ${server} is for another name: tls-server-name of the cluster ${cluster.name} in ${origin} can give it`,
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
  EPROTO: noTls,
  ...{ ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: refusedCertificate, ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: refusedCertificate },
  ...{
    ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: refusedCertificate,
    ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: refusedCertificate,
  },
};

/** True where other certificates, on either side, could mend it. */
export function isAboutTls(error: unknown): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return /^(?:ERR_SSL_|ERR_TLS_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_)/.test(code ?? '');
}

/** Why a connection to the API server could not be had, or was lost. */
export function explainConnection(error: unknown, place: Place): ApiUnreachable {
  const { code, message } = error as NodeJS.ErrnoException;
  const explain = code !== undefined && Object.hasOwn(byCode, code) ? byCode[code] : undefined;
  const words = explain?.(place) ?? (error instanceof TimedOut ? `${message} from ${place.server}` : undefined);
  return unreachable(place, words ?? `${place.server}: ${tellMessage(message)}${code ? ` (${code})` : ''}`);
}

/** Why there are no credentials to ask with. */
export function explainCredentials(error: unknown, place: Place): ApiUnreachable {
  const { user, origin } = place;
  const whose = `the user ${user.name} in ${origin}`;
  const { command } = (user.exec ?? user.authProvider?.config?.exec ?? {}) as { command?: string };
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (command !== undefined && code === 'ENOENT') return unreachable(place, missingPlugin(command, place));
  if (command !== undefined)
    return unreachable(place, `the credential plugin ${command} of ${whose} ${tellPlugin(error)}`);
  if (path !== undefined) return unreachable(place, `${path}, which ${whose} names, cannot be read (${code})`);
  return unreachable(place, `no credentials of ${whose}: ${tellMessage(message)}`);
}

function unreachable({ name }: Place, words: string): ApiUnreachable {
  return new ApiUnreachable(`cluster ${name}: ${words}`);
}

function missingPlugin(command: string, { user, origin, installHint }: Place): string {
  const hint = installHint ? `. ${redactText(installHint.trim().slice(0, 500))}` : '';
  return `the credential plugin ${command} of the user ${user.name} in ${origin} is not installed, or not in PATH${hint}`;
}

/** What a plugin printed may be the credential itself: only what it said on stderr is told. */
function tellPlugin(error: unknown): string {
  if (error instanceof SyntaxError || error instanceof TypeError) return 'printed no ExecCredential';
  const said = tellMessage((error as Error).message);
  return said === '' ? 'failed' : `failed: ${said}`;
}

function tellMessage(message: unknown): string {
  return redactText(
    String(message ?? '')
      .trim()
      .slice(0, 500),
  );
}
