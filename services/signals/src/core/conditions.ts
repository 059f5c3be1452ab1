// Reading status conditions.
export interface Condition {
  readonly type: string;
  readonly status?: string | undefined;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly lastTransitionTime?: string | undefined;
}

export const conditionOf = (conditions: readonly Condition[] | undefined, type: string): Condition | undefined =>
  conditions?.find((each) => each.type === type);

export const isTrue = (condition: Condition | undefined): boolean => condition?.status === 'True';
export const isFalse = (condition: Condition | undefined): boolean => condition?.status === 'False';
