/** A concept map as the rest of the house asks of it. Source: R4 conceptmap.html */
import type { ConceptMap, ConceptMapGroup } from 'fhir/r4.js';
import type { MapRows } from './map-rows.js';

export interface MapGroup extends Pick<ConceptMapGroup, 'source' | 'sourceVersion' | 'target' | 'targetVersion' | 'unmapped'> {
  readonly rows: MapRows;
}

export interface MapDefinition extends Pick<ConceptMap, 'id' | 'url' | 'version' | 'status'> {
  /** The value sets it is between, or whatever its author named so; versions perhaps. */
  readonly source: string | undefined;
  readonly target: string | undefined;
  readonly groups: readonly MapGroup[];
}

export function isInUse({ status }: Pick<MapDefinition, 'status'>): boolean {
  return status !== 'retired';
}
