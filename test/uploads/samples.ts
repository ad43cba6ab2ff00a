/** Definitions as a client would upload them. */
import type { ElementDefinition } from 'fhir/r4.js';
import type { JsonObject } from '../../src/model/json.js';
import { definitions } from '../built-definitions.js';

const head = (id: string) => ({ id, url: `http://a.cn/${id}`, version: '1', name: `N${id}`, status: 'active' });

/** With a snapshot: that of the type, with these elements changed. */
export function profile(id: string, changes: readonly Partial<ElementDefinition>[], type = 'Patient'): Sample {
  const base = definitions.structureOf(type)?.snapshot?.element ?? [];
  const element = base.map((one) => ({
    ...one,
    definition: 'text',
    ...(one.isModifier ? { isModifierReason: 'text' } : {}),
    base: { path: one.path, min: one.min, max: one.max },
    ...changes.find(({ path }) => path === one.path),
  }));
  const structure = {
    resourceType: 'StructureDefinition',
    ...head(id),
    kind: 'resource',
    abstract: false,
    type,
    baseDefinition: `http://hl7.org/fhir/StructureDefinition/${type}`,
    derivation: 'constraint',
    snapshot: { element },
  };
  return JSON.parse(JSON.stringify(structure));
}

/** The same without a snapshot. */
export function differential(id: string, element: readonly Partial<ElementDefinition>[], more: JsonObject = {}): Sample {
  const { snapshot: _, ...rest } = profile(id, []);
  return JSON.parse(JSON.stringify({ ...rest, differential: { element: element.map((one) => ({ id: one.path, ...one })) }, ...more }));
}

/** Of a whole code system, or of some of its codes. */
export function valueSet(id: string, system: string, codes?: readonly string[]): Sample {
  const concept = codes?.map((code) => ({ code }));
  return { resourceType: 'ValueSet', ...head(id), compose: { include: [{ system, ...(concept && { concept }) }] } };
}

export function codeSystem(id: string, codes: readonly string[]) {
  return { resourceType: 'CodeSystem', ...head(id), content: 'complete', caseSensitive: true, concept: codes.map((code) => ({ code })) };
}

export function patientWith(canonical: string): Sample {
  return { resourceType: 'Patient', meta: { profile: [canonical] } };
}

export type Sample = JsonObject & { readonly resourceType: string };
