// What the tables hold. Keys start with the tenant: several share a partition.
import type { FleetIncident, FleetInput } from '@winnow/contracts';

/** An incident as its latest input told of it. */
export interface IncidentRow extends Omit<FleetInput, 'schema' | 'tenant' | 'mergedInto'> {
  /** `at` of the input that said that it is over. */
  readonly endedAt?: string;
}

/** A fleet incident. */
export interface FleetRow {
  readonly id: string;
  readonly openedAt: string;
  readonly revision: number;
  readonly status: FleetIncident['status'];
  /** The key of its cause. */
  readonly cause: string;
  /** Keys of the rows of its members. */
  readonly members: readonly string[];
  /** Hash of what its latest revision said. */
  readonly said: string;
}

export const incidentKey = (tenant: string, cluster: string, incident: string): string =>
  `${tenant}|${cluster}|${incident}`;
export const fleetKey = (tenant: string, id: string): string => `${tenant}|${id}`;
export const tenantOfKey = (key: string): string => key.slice(0, key.indexOf('|'));
