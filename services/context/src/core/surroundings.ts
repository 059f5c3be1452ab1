// The answer to an ask of kind `objects`: the cluster around an incident's members. Written by the worker, read by the stage.
import type { Edge, EntityRef, KubeObject } from '@winnow/contracts';

export interface NearObject {
  readonly object: KubeObject;
  /** The top owner, where the object has one. */
  readonly owner?: EntityRef;
  /** 0 for a member; grows with the distance. See `near` in walk.ts. */
  readonly near: number;
}

export interface Surroundings {
  /** Nearest first; ties in the order of their keys. */
  readonly objects: readonly NearObject[];
  /** Edges that start at one of these objects; what they lead to may not exist. */
  readonly edges: readonly Edge[];
  /** What depends on a member directly. */
  readonly dependents: readonly EntityRef[];
  /** Nodes that the cluster has, as far as is known. */
  readonly nodes: number;
  /** Objects in reach that did not fit. */
  readonly leftOut: number;
}

/** Arguments of an ask of kind `objects`. */
export interface ObjectsArguments {
  /** Keys of entities ({@link entityKey}): members and the objects that their symptoms were seen on. */
  readonly members: readonly string[];
  readonly hops: number;
}

export const noSurroundings: Surroundings = { objects: [], edges: [], dependents: [], nodes: 0, leftOut: 0 };
