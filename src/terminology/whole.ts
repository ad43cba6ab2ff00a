/** All that the operations ask of terminology, beside what validation and search ask. Source: R4 terminology-service.html */
import type { ValueSet } from 'fhir/r4.js';
import type { TerminologySources, Wishes } from './sources.js';
import type { Obstacle, Terminology } from './terminology.js';

export interface WholeTerminology extends Terminology {
  /** Code systems and value sets in the versions and with the supplements somebody wishes; `{}`: as all else reads them. */
  at(wishes: Wishes): TerminologySources;
  /** Why a value set cannot decide on a code, where that can be told. */
  obstacleIn(valueSet: ValueSet, system: string | undefined): Obstacle | undefined;
  /** The versions of a code system that are here, the newest first. */
  versionsHere(system: string): readonly string[];
}
