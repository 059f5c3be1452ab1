import { freePort } from '../process/free-port.ts';
import { type RunningProcess, startProcess } from '../process/start-process.ts';
import { answers } from '../process/until.ts';

export interface Etcd {
  readonly url: string;
  readonly running: RunningProcess;
  /** Forgets all but the latest revision, as of now. @returns that revision. */
  compact(): Promise<number>;
}

export async function startEtcd(binary: string, folder: string): Promise<Etcd> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const running = await startProcess({
    name: 'etcd',
    command: binary,
    args: ['etcd', '--data-dir', `${folder}/etcd`, '--listen', url],
    folder,
    isReady: () => answers(`${url}/health`),
  });
  // etcd's JSON gateway. Numbers of 64 bits are text there.
  const ask = async <T>(path: string, body: object): Promise<T> => {
    const answer = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`etcd answered ${answer.status} to ${path}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  return {
    url,
    running,
    async compact() {
      const { header } = await ask<{ header: { revision: string } }>('/v3/kv/range', { key: btoa('/') });
      await ask('/v3/kv/compaction', { revision: header.revision, physical: true });
      return Number(header.revision);
    },
  };
}
