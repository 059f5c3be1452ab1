// A credential plugin: a program that prints an ExecCredential.
import { dirname, isAbsolute, resolve } from 'node:path';
import { fieldsOf, isFields, type JsonFields, textIn } from '@winnow/contracts';
import { KubeconfigUnusable } from './kubeconfig-error.ts';

/** As the client library runs it: the command from the kubeconfig's directory where it is a path, and told what is expected of it. */
export function execOf(exec: JsonFields, place: string, file: string): JsonFields {
  const command = textIn(exec.command);
  if (command === undefined) throw new KubeconfigUnusable(`${place}.user.exec.command is to name a program`);
  const apiVersion = textIn(exec.apiVersion) ?? 'client.authentication.k8s.io/v1';
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  const env = Array.isArray(exec.env) ? exec.env.filter((each) => textIn(fieldsOf(each).name) !== undefined) : [];
  return {
    command: /[\\/]/.test(command) && !isAbsolute(command) ? resolve(dirname(file), command) : command,
    args: Array.isArray(exec.args) ? exec.args.map(String) : [],
    env: [...env.filter(isFields), { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }],
  };
}
