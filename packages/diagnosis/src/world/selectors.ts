// Label selectors and node terms, as the API server and the scheduler match them.
type Labels = Readonly<Record<string, string>> | undefined;
interface Requirement {
  readonly key: string;
  readonly operator?: string | undefined;
  readonly values?: readonly string[] | undefined;
}
export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly Requirement[] | undefined;
}

export function matchesLabels(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector ?? {}).every(([key, value]) => labels?.[key] === value);
}

export function matchesRequirement(requirement: Requirement, labels: Labels): boolean {
  const value = labels?.[requirement.key];
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return true;
  }
}

export function matchesSelector(selector: LabelSelector | undefined, labels: Labels): boolean {
  return (
    matchesLabels(selector?.matchLabels, labels) &&
    (selector?.matchExpressions ?? []).every((each) => matchesRequirement(each, labels))
  );
}
