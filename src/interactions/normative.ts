/**
 * The normative portion of a resource: without the elements that its definition marks as being for trial use.
 * Source: R4 http.html#capabilities (mode=normative), versions.html#std-process
 */
import { isObject, type Json, type JsonObject } from '../model/json.js';

const standardsStatus = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status';

/** Paths (`CapabilityStatement.document`) of the elements that are not normative; `structure` is a whole StructureDefinition. */
export function trialUsePaths(structure: JsonObject): ReadonlySet<string> {
  const elements = isObject(structure.snapshot) ? arrayOf(structure.snapshot.element) : [];
  return new Set(elements.filter((element) => arrayOf(element.extension).some(isTrialUse)).map(({ path }) => String(path)));
}

function isTrialUse({ url, valueCode }: JsonObject): boolean {
  return url === standardsStatus && valueCode !== 'normative';
}

function arrayOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];
}

export function without(json: JsonObject, paths: ReadonlySet<string>, path: string): JsonObject {
  const cut = (value: Json | undefined, at: string): Json | undefined => {
    if (Array.isArray(value)) return (value as readonly Json[]).map((one) => cut(one, at) ?? null);
    return isObject(value) ? without(value, paths, at) : value;
  };
  return Object.fromEntries(
    Object.entries(json).flatMap(([name, value]) => (paths.has(`${path}.${name}`) ? [] : [[name, cut(value, `${path}.${name}`)]])),
  );
}
