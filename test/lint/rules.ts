// Two rules. Imports go one way: contracts ← redaction ← stream ← (topology, diagnosis) ← services' cores ← mains and the CLI.
// And whatever decides is pure: no clock, no randomness, no I/O, no timers.

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}
export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/** What each package may import of the project. A package that is not listed is an adapter: see `adapterMay`. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  contracts: [],
  redaction: ['contracts'],
  matchers: ['contracts'],
  stream: ['contracts', 'redaction'],
  topology: ['contracts', 'stream'],
  diagnosis: ['contracts', 'stream', 'topology'],
};
const adapterMay = ['contracts', 'redaction', 'stream'];
const serviceMay = ['contracts', 'redaction', 'matchers', 'stream', 'topology', 'diagnosis'];
const pure =
  /^(packages\/(contracts|redaction|matchers|topology|diagnosis)\/src\/|services\/[^/]+\/src\/core(\/|\.ts$|-))/;
const isTest = (path: string) =>
  /\.(test|suite)\.ts$/.test(path) || path.includes('/testing/') || path.includes('/fixtures/');

const impurities: readonly [RegExp, string][] = [
  [/\bDate\.now\b/, 'reads a clock (Date.now)'],
  [/\bnew Date\(\s*\)/, 'reads a clock (new Date())'],
  [/(?<![.\w])Date\(\s*\)/, 'reads a clock (Date())'],
  [/\bperformance\s*\./, 'reads a clock (performance)'],
  [/\bMath\.random\b/, 'is random (Math.random)'],
  [/(?<!\.)\bcrypto\s*\./, 'is random (crypto)'],
  [/(?<![.\w])process\s*\./, 'reads its process'],
  [/(?<![.\w])(setTimeout|setInterval|setImmediate|queueMicrotask)\s*\(/, 'sets a timer'],
  [/(?<![.\w])fetch\s*\(/, 'does I/O (fetch)'],
  [/(?<![.\w])console\s*\./, 'does I/O (console)'],
  [/(?<![.\w])(async\s+function|async\s*\(|await\s)/, 'is asynchronous'],
];

const importPattern =
  /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;

/** Comments and the contents of texts, blanked out with their length and lines kept. */
export function blankTexts(source: string): string {
  const blank = (text: string) => text.replace(/[^\n]/g, ' ');
  return source.replace(
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|\$\{[^{}`]*\}|[^`\\])*`/g,
    (match) =>
      match.startsWith('`')
        ? match.replace(/\$\{[^{}`]*\}|[^\n]/g, (part) => (part.startsWith('${') ? part : ' '))
        : blank(match),
  );
}

const lineOf = (text: string, index: number) => text.slice(0, index).split('\n').length;

interface Home {
  readonly area: string;
  readonly name: string;
}

/** `packages/stream/src/x.ts` is at home in packages, stream. */
function homeOf(path: string): Home {
  const [area = '', name = ''] = path.split('/');
  return { area, name };
}

/** Modules that a file imports, with the line of each. */
function importsOf(file: SourceFile): { module: string; line: number }[] {
  const text = file.text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '));
  return [...text.matchAll(importPattern)].map((match) => ({
    module: match[1] ?? match[2] ?? match[3] ?? '',
    line: lineOf(text, match.index + (match[0].startsWith('\n') ? 1 : 0)),
  }));
}

/** Why this module may not be imported here; undefined where it may. */
function refuseImport(path: string, module: string, services: ReadonlySet<string>): string | undefined {
  const { area, name } = homeOf(path);
  if (
    pure.test(path) &&
    (module.startsWith('node:') || /^(fs|net|http|https|child_process|worker_threads)$/.test(module))
  )
    return `imports ${module}: what decides does no I/O`;
  if (/^(\.\.\/)+(packages|services)\//.test(module)) return `imports ${module}: import the package by its name`;
  if (name === 'contracts' && area === 'packages' && !module.startsWith('.') && module !== 'zod')
    return `imports ${module}: contracts import zod only`;
  if (!module.startsWith('@winnow/')) return undefined;
  const target = module.slice('@winnow/'.length).split('/')[0] ?? '';
  if (name === 'cli' || target === name) return undefined;
  if (services.has(target))
    return area === 'services'
      ? `imports ${module}: services never import each other`
      : `imports ${module}: only the CLI wires services`;
  const allowed = area === 'services' ? serviceMay : (mayImport[name] ?? adapterMay);
  if (allowed.includes(target)) return undefined;
  return `imports ${module}: ${area}/${name} may import ${allowed.join(', ') || 'nothing'} of the project`;
}

function findImpurities(file: SourceFile): Violation[] {
  return blankTexts(file.text)
    .split('\n')
    .flatMap((line, index) =>
      impurities
        .filter(([pattern]) => pattern.test(line))
        .map(([, what]) => ({
          path: file.path,
          line: index + 1,
          message: `${what}: a decision is a pure function of state and record`,
        })),
    );
}

/** All violations in these files, in their order. Tests may import and do what they like. */
export function findViolations(files: readonly SourceFile[]): Violation[] {
  const services = new Set(
    files.filter((file) => file.path.startsWith('services/')).map((file) => homeOf(file.path).name),
  );
  return files
    .filter((file) => !isTest(file.path))
    .flatMap((file) => [
      ...importsOf(file).flatMap(({ module, line }) => {
        const message = refuseImport(file.path, module, services);
        return message ? [{ path: file.path, line, message }] : [];
      }),
      ...(pure.test(file.path) ? findImpurities(file) : []),
    ]);
}
