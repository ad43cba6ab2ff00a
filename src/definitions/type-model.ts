/** The type model over the rows that the build made; a type's properties are unfolded when it is first asked for. */
import type { Property, TypeModel } from './definitions.js';
import type { TypeRow } from './index-format.js';

interface Unfolded {
  readonly byName: ReadonlyMap<string, Property>;
  readonly byElement: ReadonlyMap<string, readonly Property[]>;
}

const nothing: Unfolded = { byName: new Map(), byElement: new Map() };
const none: readonly Property[] = [];

export function typeModel(types: Readonly<Record<string, TypeRow>>): TypeModel {
  const rows = new Map(Object.entries(types));
  const unfolded = new Map<string, Unfolded>();
  const of = (type: string): Unfolded => {
    const before = unfolded.get(type);
    if (before !== undefined) return before;
    const row = rows.get(type);
    if (row === undefined) return nothing;
    const made = unfold(row[2]);
    unfolded.set(type, made);
    return made;
  };
  return {
    kind: (type) => rows.get(type)?.[0],
    baseOf: (type) => rows.get(type)?.[1] || undefined,
    properties: (type) => of(type).byName,
    element: (type, element) => of(type).byElement.get(element) ?? none,
  };
}

function unfold(row: string): Unfolded {
  const byName = new Map<string, Property>();
  const byElement = new Map<string, Property[]>();
  for (const part of row === '' ? [] : row.split(';')) {
    const [name = '', element = '', type = '', flags = ''] = part.split('|');
    const [many, choice, attribute] = [flags.includes('m'), flags.includes('c'), flags.includes('a')];
    const property: Property = { name, element, type, many, choice, attribute };
    byName.set(name, property);
    const alternatives = byElement.get(element);
    if (alternatives === undefined) byElement.set(element, [property]);
    else alternatives.push(property);
  }
  return { byName, byElement };
}
