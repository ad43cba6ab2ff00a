/**
 * Makes the rows of the type model out of the snapshots of R4's own types: kinds, bases, and each JSON property with its FHIR type.
 * Source: R4 structuredefinition.html, json.html, xml.html, formats.html#choice
 */
import type { ElementDefinition, StructureDefinition } from 'fhir/r4.js';
import type { TypeKind } from './definitions.js';
import type { TypeRow } from './index-format.js';

const fhirType = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type';
const system = 'http://hl7.org/fhirpath/System.';

/** Whether a structure defines a type, as against a profile on one or a logical model. */
export function definesType(structure: StructureDefinition): boolean {
  return structure.derivation !== 'constraint' && structure.kind !== 'logical';
}

/** The rows of one type and of the backbone elements in it, by their names. */
export function typeRows(structure: StructureDefinition): readonly (readonly [string, TypeRow])[] {
  const elements = structure.snapshot?.element ?? [];
  const owners = new Map<string, ElementDefinition[]>([[structure.type, []]]);
  for (const element of elements) {
    const cut = element.path.lastIndexOf('.');
    if (cut < 0) continue;
    const owner = element.path.slice(0, cut);
    owners.set(owner, [...(owners.get(owner) ?? []), element]);
  }
  return [...owners].map(([name, own]) => {
    const root = name === structure.type;
    const kind = root ? kindOf(structure) : 'backbone';
    const base = root ? lastSegment(structure.baseDefinition ?? '') : (elements.find(({ path }) => path === name)?.type?.[0]?.code ?? '');
    return [name, [kind, base, own.flatMap((element) => properties(element, owners, kind)).join(';')]] as const;
  });
}

function kindOf(structure: StructureDefinition): TypeKind {
  if (structure.kind === 'primitive-type') return 'primitive';
  return structure.kind === 'resource' ? 'resource' : 'complex';
}

function properties(element: ElementDefinition, owners: ReadonlyMap<string, unknown>, kind: TypeKind): readonly string[] {
  const name = lastSegment(element.path, '.');
  // What a primitive's `value` is stands in JSON as the primitive itself, not as a property of it.
  if (kind === 'primitive' && name === 'value') return [];
  const many = element.max === '0' || element.max === '1' ? '' : 'm';
  if (element.contentReference !== undefined) return [`${name}|${name}|${element.contentReference.slice(1)}|${many}`];
  const attribute = element.representation?.includes('xmlAttr') ? 'a' : '';
  if (!name.endsWith('[x]')) return [`${name}|${name}|${propertyType(element, owners)}|${many}${attribute}`];
  const stem = name.slice(0, -3);
  const types = new Set((element.type ?? []).map(({ code }) => code));
  return [...types].map((type) => `${stem}${type.charAt(0).toUpperCase()}${type.slice(1)}|${stem}|${type}|${many}c`);
}

function propertyType(element: ElementDefinition, owners: ReadonlyMap<string, unknown>): string {
  if (owners.has(element.path)) return element.path;
  const type = element.type?.[0];
  const code = type?.code ?? '';
  if (!code.startsWith(system)) return code;
  // Snapshots type `id` and `Extension.url` by FHIRPath's System.String. The extension says which FHIR type is meant, but for the
  // id of a resource it says `string` or nothing, where R4 resource.html#id says `id`.
  const declared = type?.extension?.find(({ url }) => url === fhirType)?.valueUrl;
  return element.base?.path === 'Resource.id' ? 'id' : (declared ?? 'string');
}

function lastSegment(text: string, separator = '/'): string {
  return text.slice(text.lastIndexOf(separator) + 1);
}
