// docker-compose.yml as docker-compose understands it.
import { dockerCompose } from '../../servers/index.ts';
import { inRepository, repository } from './repository.ts';

export interface ComposeService {
  readonly image: string;
  readonly profiles?: readonly string[];
  readonly build?: object;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly user?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly stop_grace_period?: string;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly networks?: Readonly<Record<string, unknown>>;
  readonly ports?: readonly { readonly host_ip?: string; readonly published: string; readonly target: number }[];
  readonly volumes?: readonly { readonly type: string; readonly source: string; readonly target: string }[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly deploy?: { readonly resources?: { readonly limits?: { readonly memory?: string; readonly cpus?: number } } };
}

export interface Composed {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
}

/** @param env as a user sets it, besides what has a default */
export async function readCompose(env: Readonly<Record<string, string>> = {}): Promise<Composed> {
  const args = ['--project-directory', repository, '-f', inRepository('docker-compose.yml'), '--profile', '*'];
  // Nothing of this machine's own environment decides what is tested.
  const unset = Object.fromEntries(
    Object.keys(process.env).flatMap((name) => (name.startsWith('WINNOW_') ? [[name, '']] : [])),
  );
  const { code, stdout, stderr } = await dockerCompose([...args, 'config', '--format', 'json'], {
    env: { ...unset, ...env },
  });
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Composed;
}

export const isWinnow = ({ build }: ComposeService) => build !== undefined;

/** What `winnow` is started with, where the image's own entry point is. */
export const winnowsOf = ({ services }: Composed): [string, ComposeService][] =>
  Object.entries(services).filter(([, service]) => isWinnow(service) && !service.entrypoint);
