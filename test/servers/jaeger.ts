import { obtain } from './obtain/sources.ts';
import { temporaryFolder } from './process/folders.ts';
import { freePort } from './process/free-port.ts';
import { answers } from './process/until.ts';
import { type RunningServer, startServer } from './running-server.ts';

export interface Jaeger extends RunningServer {
  /** What `OTEL_EXPORTER_OTLP_ENDPOINT` takes, for OTLP over HTTP. */
  readonly otlpUrl: string;
  /** Of the query API (`/api/traces/ID`) and the pages; the same as `url`. */
  readonly queryUrl: string;
}

// All that it listens on, as it would else take the well-known ports on all addresses.
const OTHERS = [
  'admin.http.host-port',
  'collector.grpc-server.host-port',
  'collector.http-server.host-port',
  'collector.otlp.grpc.host-port',
  'http-server.host-port',
  'processor.jaeger-binary.server-host-port',
  'processor.jaeger-compact.server-host-port',
  'processor.zipkin-compact.server-host-port',
  'query.grpc-server.host-port',
];

/** All of Jaeger in one process, that keeps traces in memory. */
export async function startJaeger(): Promise<Jaeger> {
  const command = await obtain('jaeger');
  const folder = temporaryFolder('jaeger');
  const free = async () => `127.0.0.1:${await freePort()}`;
  const [query, otlp] = [await free(), await free()];
  const others = await Promise.all(OTHERS.map(async (name) => `--${name}=${await free()}`));
  const server = await startServer(folder, `http://${query}`, {
    name: 'jaeger',
    command,
    args: [`--query.http-server.host-port=${query}`, `--collector.otlp.http.host-port=${otlp}`, ...others],
    env: { SPAN_STORAGE_TYPE: 'memory' },
    isReady: () => answers(`http://${query}/api/services`),
  });
  return { ...server, otlpUrl: `http://${otlp}`, queryUrl: server.url };
}
