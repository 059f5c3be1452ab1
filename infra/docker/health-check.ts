// Whether the process of this container answers; with URLs as arguments, whether all of these do. Ends with 0 or 1.
// The image has no shell, and no curl.
import { request as askPlain } from 'node:http';
import { request as askTls } from 'node:https';

/** Milliseconds. */
const PATIENCE = 4_000;

function ask(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? askTls : askPlain;
    // The certificate names the address that others use, and not the loopback address.
    const options = { timeout: PATIENCE, ...(send === askTls && { rejectUnauthorized: false }) };
    const request = send(url, options, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('timeout', () => request.destroy(new Error(`no answer in ${PATIENCE} ms`)));
    request.on('error', reject).end();
  });
}

/** By `WINNOW_LISTEN`: this machine's address where it listens on all. */
function ownAddress({ WINNOW_LISTEN: listen = '', WINNOW_TLS_CERT_FILE: certificate }: NodeJS.ProcessEnv): string {
  const [, host = '', port = '9193'] = /^(?:(.*):)?(\d+)$/.exec(listen) ?? [];
  const everywhere = host === '' || host === '0.0.0.0' || host === '[::]';
  return `${certificate ? 'https' : 'http'}://${everywhere ? '127.0.0.1' : host}:${port}/-/healthy`;
}

const urls = process.argv.length > 2 ? process.argv.slice(2) : [ownAddress(process.env)];
for (const url of urls) {
  try {
    const status = await ask(url);
    if (status === 200) continue;
    console.error(`${url} answered ${status}`);
  } catch (error) {
    console.error(`${url}: ${error instanceof Error ? error.message : String(error)}`);
  }
  process.exitCode = 1;
}
