// The names of the metrics that the code exports, by its text: written out, or made of a template and a word of the same file.
import { filesBelow, readText } from './repository.ts';

const isSource = (path: string) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('node_modules');

export function exportedMetrics(): ReadonlySet<string> {
  const names = new Set<string>();
  for (const path of [...filesBelow('packages'), ...filesBelow('services')].filter(isSource)) {
    const text = readText(path);
    for (const [, name = ''] of text.matchAll(/'(winnow_[a-z0-9_]+)'/g)) names.add(name);
    for (const [, prefix = '', suffix = ''] of text.matchAll(/`(winnow_[a-z0-9_]+_)\$\{\w+\}([a-z_]*)`/g)) {
      for (const [, word = ''] of text.matchAll(/'([a-z0-9_]+)'/g)) names.add(prefix + word + suffix);
    }
  }
  return names;
}

/** Of PromQL: the metrics of Winnow that it asks for. */
export const metricsIn = (expression: string): string[] => expression.match(/\bwinnow_[a-z0-9_]+/g) ?? [];
