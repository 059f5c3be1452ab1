// Which files a kubeconfig is, as kubectl has it.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeconfigUnusable } from './kubeconfig-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The files named by an option or by $KUBECONFIG (several, each may be missing as long as one is there), or ~/.kube/config.
 * @returns no file where nothing is named and there is none at home.
 * @throws KubeconfigUnusable where files are named and none is there.
 */
export function findKubeconfigFiles(named: string | undefined, env: Environment): readonly string[] {
  const told = named ?? env.KUBECONFIG ?? '';
  const files = told.split(delimiter).filter((file) => file !== '');
  if (files.length === 0) return [join(env.HOME ?? homedir(), '.kube', 'config')].filter(existsSync);
  const there = files.filter(existsSync);
  if (there.length > 0) return there;
  const by = named === undefined ? '$KUBECONFIG names' : 'the kubeconfig is to be';
  throw new KubeconfigUnusable(`${by} ${files.join(', ')}: there is no such file`);
}
