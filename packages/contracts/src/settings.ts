// Settings: what an operator may set by environment variables. Each service has one strict zod object of them, and each field says
// by `.meta()`, last in its chain, what it does. What is printed about a setting, and what an error says of a wrong one, comes from there.
import { z } from 'zod';

declare module 'zod' {
  interface GlobalMeta {
    /** In words, where the schema itself cannot say: `host:port, several with commas between`. */
    takes?: string;
    /** What holds where it is not set, in words, where it is no value of its own. */
    otherwise?: string;
    /** Its value is never shown. */
    secret?: true;
    /** It names a file that must be there. */
    file?: true;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface SettingProblem {
  /** The variable; absent where it is about several. */
  readonly name?: string;
  /** A whole sentence without its full stop, which names the variable and what it takes, and shows nothing that is secret. */
  readonly message: string;
}

export interface ReadSettings {
  /** Variables that begin so are all this schema's: one that it does not know is a problem. */
  readonly prefix?: string;
}

/** Carries every problem at once. */
export class SettingsWrong extends Error {
  override readonly name = 'SettingsWrong';
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    super(problems.map(({ message }) => message).join('; '));
    this.problems = problems;
  }
}

/** A variable that is set to nothing is not set. @throws SettingsWrong */
export function readSettings<T extends z.ZodObject>(
  schema: T,
  environment: Environment,
  { prefix }: ReadSettings = {},
): z.output<T> {
  const own = (name: string) =>
    name in schema.shape || (prefix !== undefined && name.startsWith(prefix) && !isServiceLink(name));
  const given = Object.entries(environment).filter(([name, value]) => value && own(name));
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const problems = problemsIn(schema, parsed.error.issues, environment);
  throw new SettingsWrong([...problems, ...contradictionsAmongOthers(schema, given, problems)]);
}

/** What does not go together is looked at by zod only where each value is right; so it is looked at without those that are not. */
function contradictionsAmongOthers(
  schema: z.ZodObject,
  given: readonly (readonly [string, unknown])[],
  problems: readonly SettingProblem[],
): SettingProblem[] {
  const wrong = problems.flatMap(({ name }) => name ?? []);
  const rest = Object.fromEntries(given.filter(([name]) => !wrong.includes(name)));
  const issues = schema.safeParse(rest).error?.issues.filter(({ code }) => code === 'custom') ?? [];
  // What is said of one that was left out may be so only because it was.
  return problemsIn(schema, issues, {})
    .filter(({ message }) => !wrong.some((name) => message.includes(name)))
    .filter(({ message }) => !problems.some((each) => each.message === message));
}

/** Kubernetes tells each container of the Services beside it: of one named `winnow-redis` by `WINNOW_REDIS_SERVICE_HOST` and such. */
export function isServiceLink(name: string): boolean {
  return /_SERVICE_(HOST|PORT(_\w+)?)$|_PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?$/.test(name);
}

/** What the setting takes, in words: as it says itself, else as its schema does. */
export function takesOf(setting: z.ZodType): string {
  const { takes } = setting.meta() ?? {};
  if (takes !== undefined) return takes;
  const json = z.toJSONSchema(setting, { io: 'input', unrepresentable: 'any' });
  if (json.enum) return either(json.enum.map(String));
  if (json.type === 'integer' || json.type === 'number') return numberWords(json);
  return json.format === 'uri' ? 'a URL' : 'a text';
}

const either = (values: readonly string[]) =>
  [values.slice(0, -1).join(', '), ...values.slice(-1)].filter(Boolean).join(' or ');

function numberWords({ type, minimum, maximum, exclusiveMinimum }: z.core.JSONSchema.BaseSchema): string {
  const kind = type === 'integer' ? 'a whole number' : 'a number';
  // What is as large as numbers get in JavaScript is no limit of this setting.
  if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER) return `${kind} from ${minimum ?? 0} to ${maximum}`;
  if (exclusiveMinimum !== undefined) return `${kind} above ${exclusiveMinimum}`;
  return minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? `${kind} from ${minimum} on` : kind;
}

function problemsIn(
  schema: z.ZodObject,
  issues: readonly z.core.$ZodIssue[],
  environment: Environment,
): SettingProblem[] {
  const found = issues.flatMap((issue): SettingProblem[] => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((name) => ({ name, message: `${name} is no setting of Winnow` }));
    const name = issue.path[0];
    if (name === undefined) return [{ message: issue.message }];
    return [problemOf(String(name), issue, schema.shape[String(name)] as z.ZodType, environment)];
  });
  // A text in which two things are wrong is one problem.
  return [...new Map(found.map((problem) => [problem.message, problem])).values()];
}

function problemOf(
  name: string,
  issue: z.core.$ZodIssue,
  setting: z.ZodType,
  environment: Environment,
): SettingProblem {
  const value = environment[name];
  // What a schema's author wrote says more than what zod has found.
  if (issue.code === 'custom') return { name, message: `${name}: ${issue.message}` };
  if (!value) return { name, message: `${name} is to be set: it takes ${takesOf(setting)}` };
  const shown = setting.meta()?.secret ? '' : `, not ${JSON.stringify(value)}`;
  return { name, message: `${name} takes ${takesOf(setting)}${shown}` };
}

/** The tenant of what arrives or is done here. */
export const tenantSetting = z
  .string()
  .min(1)
  .default('default')
  .meta({ description: 'the tenant of all that arrives', takes: 'a name' });

/** Names an intake in heartbeats; the same after a restart, so that what it vouched for is vouched for again. */
export const intakeInstanceSetting = z
  .string()
  .min(1)
  .default('intake')
  .meta({ description: 'the name of this intake in heartbeats, the same after each restart', takes: 'a name' });

/** A file that must be readable. */
export const fileSetting = (description: string, takes = 'a file') =>
  z.string().min(1).optional().meta({ description, takes, file: true });
