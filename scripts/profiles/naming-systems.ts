/** The identifier systems of a profile package as NamingSystems. Source: R4 namingsystem.html */
import type { NamingSystem, NamingSystemUniqueId } from 'fhir/r4.js';
import type { Manifest } from './manifest.js';
import { dateOf } from './manifest.js';

export interface IdentifierSystem {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly english: string;
  readonly responsible: string;
  /** Code of v2 table 0203. */
  readonly type?: string;
  /** Preferred where there is one. */
  readonly oids: readonly string[];
  /** URIs of other guides for the same numbers. */
  readonly alternates?: readonly string[];
  readonly usage: string;
}

export function namingSystem(system: IdentifierSystem, manifest: Manifest): NamingSystem {
  return {
    resourceType: 'NamingSystem',
    id: system.id,
    name: system.name,
    status: 'active',
    kind: 'identifier',
    date: dateOf(manifest),
    publisher: manifest.author,
    responsible: system.responsible,
    ...(system.type === undefined
      ? {}
      : { type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: system.type }] } }),
    description: `${system.title} ${system.english}`,
    usage: system.usage,
    uniqueId: uniqueIds(system, manifest),
  };
}

/** The preferred one is what `Identifier.system` carries: the OID as a URI, else the address of this package. */
function uniqueIds(system: IdentifierSystem, manifest: Manifest): NamingSystemUniqueId[] {
  const own = `${manifest.canonical}/sid/${system.id}`;
  const [oid] = system.oids;
  return [
    ...system.oids.map((value): NamingSystemUniqueId => ({ type: 'oid', value })),
    ...system.oids.map((value): NamingSystemUniqueId => ({ type: 'uri', value: `urn:oid:${value}`, preferred: value === oid })),
    { type: 'uri', value: own, preferred: oid === undefined },
    ...(system.alternates ?? []).map((value): NamingSystemUniqueId => ({ type: 'uri', value, preferred: false })),
  ];
}
