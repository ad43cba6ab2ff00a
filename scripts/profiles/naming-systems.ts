/** The identifier and code systems of a profile package as NamingSystems, each with all its names side by side. Source: R4 namingsystem.html */
import type { NamingSystem, NamingSystemUniqueId } from 'fhir/r4.js';
import type { CodeTable } from './code-tables.js';
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

type NamedTable = Pick<CodeTable, 'id' | 'name' | 'title' | 'english' | 'standard' | 'version' | 'url' | 'responsible'>;

/** The code systems whose address is an OID, with the address of this package beside it; editions of one system share a name. */
export function codeNamingSystems(tables: readonly NamedTable[], manifest: Manifest): NamingSystem[] {
  const byOid = tables.filter(({ url }) => url.startsWith('urn:oid:'));
  const editions = new Map(byOid.map((table) => [table.url, byOid.filter(({ url }) => url === table.url)]));
  return [...editions.values()].flatMap((same) => same.slice(-1).map((table) => codeNamingSystem(table, same.length > 1, manifest)));
}

function codeNamingSystem(table: NamedTable, edition: boolean, manifest: Manifest): NamingSystem {
  const id = edition ? table.id.replace(`-${table.version}`, '') : table.id;
  return {
    resourceType: 'NamingSystem',
    id,
    name: `${table.name}System`,
    status: 'active',
    kind: 'codesystem',
    date: dateOf(manifest),
    publisher: manifest.author,
    responsible: table.responsible ?? '国家卫生健康委员会',
    description: `${table.title} ${table.english}`,
    usage: `${table.standard}。Coding.system 用 urn:oid 形式。Coding.system carries the OID as a URI.`,
    uniqueId: [
      { type: 'oid', value: table.url.slice('urn:oid:'.length) },
      { type: 'uri', value: table.url, preferred: true },
      { type: 'uri', value: `${manifest.canonical}/CodeSystem/${id}`, preferred: false },
    ],
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
