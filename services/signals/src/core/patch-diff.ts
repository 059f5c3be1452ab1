// What a patch changed, where the log holds the patch and not the object that came of it.
import type { AuditItem, EntityRef, FieldDiff, KubeObject } from '@winnow/contracts';
import { nameOfElement } from '@winnow/contracts';
import { portraitOf } from './portrait.ts';

type Patch = NonNullable<AuditItem['patch']>;

/** Without the object before it, a longer patch is more likely a whole configuration applied than so many changes. */
const MANY = 8;

export function differencesOfPatch(patch: Patch, ref: EntityRef, known: KubeObject | undefined): FieldDiff[] {
  const told = patch.filter(({ path }) => isConfiguration(path, ref.kind));
  if (!known) return told.length > MANY ? [] : told.map(({ path, value }) => diffOf(path, undefined, value));
  const before = portraitOf(known);
  return told.flatMap(({ path, value }) => {
    const named = byNames(path, known);
    if (value !== undefined) return before.get(named) === value ? [] : [diffOf(named, before.get(named), value)];
    const within = [...before].filter(
      ([each]) => each === named || each.startsWith(`${named}.`) || each.startsWith(`${named}[`),
    );
    return within.map(([each, was]) => diffOf(each, was, undefined));
  });
}

/** Labels steer nothing but where pods go, on nodes. */
const isConfiguration = (path: string, kind: string): boolean => !path.startsWith('metadata.') || kind === 'Node';

const diffOf = (path: string, before: string | undefined, after: string | undefined): FieldDiff => ({
  path,
  ...(before !== undefined && { before }),
  ...(after !== undefined && { after }),
});

/** `spec.containers[0].image` → `spec.containers[app].image`, as far as the object leads. */
function byNames(path: string, known: KubeObject): string {
  if (!/\[\d+\]/.test(path)) return path;
  let at: unknown = known;
  let named = '';
  for (const [part, field, place] of path.matchAll(/\.?([^.[\]]+)|\[(\d+)\]/g)) {
    at = (at as Record<string, unknown> | undefined)?.[field ?? place ?? ''];
    named += place === undefined ? part : `[${nameOfElement(at) ?? place}]`;
  }
  return named;
}
