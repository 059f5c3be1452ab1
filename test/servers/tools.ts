// The tools of others that check what is shipped. Each is run to its end; a refusal is a code, not a throw.
import { obtain } from './obtain/sources.ts';
import { type Ended, type RunTool, runTool } from './process/run-tool.ts';

/** Runs Helm. It reads and writes nothing of the user's own. */
export async function helm(args: readonly string[], options: RunTool = {}): Promise<Ended> {
  const env = { HELM_CONFIG_HOME: '/nonexistent', HELM_CACHE_HOME: '/nonexistent', HELM_DATA_HOME: '/nonexistent' };
  return runTool(await obtain('helm'), args, { ...options, env: { ...env, ...options.env } });
}

/** Runs docker-compose; what needs no engine (`config`) works everywhere. */
export async function dockerCompose(args: readonly string[], options: RunTool = {}): Promise<Ended> {
  return runTool(await obtain('docker-compose'), args, options);
}

/** Runs `promtool`, which comes with Prometheus. */
export async function promtool(args: readonly string[], options: RunTool = {}): Promise<Ended> {
  await obtain('prometheus');
  return runTool('promtool', args, options);
}
