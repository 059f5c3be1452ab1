// The lint step for what a formatter cannot see: which way imports go, and that decisions are pure.
// Run by `npm run lint`; prints each violation as `file:line  what is wrong`, exit status 1 where there is one.
import { globSync, readFileSync } from 'node:fs';
import { findViolations, type SourceFile } from './rules.ts';

const patterns = ['packages/*/src/**/*.ts', 'services/*/src/**/*.ts'];
const files: SourceFile[] = patterns
  .flatMap((pattern) => globSync(pattern))
  .sort()
  .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(path, 'utf8') }));

const violations = findViolations(files);
for (const { path, line, message } of violations) console.error(`${path}:${line}  ${message}`);
console.error(
  violations.length === 0
    ? `architecture: ${files.length} files keep the rules`
    : `architecture: ${violations.length} violations`,
);
process.exitCode = violations.length === 0 ? 0 : 1;
