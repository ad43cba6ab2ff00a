/**
 * Value sets that exist by their address alone: all codes of a code system, or those below one.
 * Source: R4 snomedct.html#implicit, loinc.html#implicit, codesystem-definitions.html#CodeSystem.valueSet
 */
import type { ValueSet, ValueSetComposeInclude } from 'fhir/r4.js';
import { partsOf, withoutVersion } from '../definitions/canonicals.js';
import type { Definitions } from '../definitions/definitions.js';

const SNOMED = 'http://snomed.info/sct';
const LOINC = 'http://loinc.org';

/** `canonical` may carry `|version`: that of the code system. */
export function implicitValueSet(canonical: string, definitions: Pick<Definitions, 'codeSystem' | 'codeSystems'>): ValueSet | undefined {
  const { url, version: named } = partsOf(canonical);
  const include = ofSnomed(url) ?? ofLoinc(url) ?? ofWhole(url, definitions);
  if (include === undefined) return undefined;
  const version = include.version ?? named;
  return {
    resourceType: 'ValueSet',
    url,
    ...(version === undefined ? {} : { version }),
    status: 'active',
    compose: { include: [version === undefined ? include : { ...include, version }] },
  };
}

/** `?fhir_vs`, `?fhir_vs=isa/[code]`, also with an edition and version in front. Subsets kept by reference are not here. */
function ofSnomed(url: string): ValueSetComposeInclude | undefined {
  const [found, edition = '', wanted = ''] = /^http:\/\/snomed\.info\/sct((?:\/\d+(?:\/version\/\d+)?)?)\?fhir_vs(.*)$/.exec(url) ?? [];
  if (found === undefined) return undefined;
  const system = { system: SNOMED, ...(edition === '' ? {} : { version: SNOMED + edition }) };
  if (wanted === '') return system;
  const [, code] = /^=isa\/(\d+)$/.exec(wanted) ?? [];
  return code === undefined ? undefined : { ...system, filter: [{ property: 'concept', op: 'is-a', value: code }] };
}

/** All codes; those below a part. Answer lists are value sets of their own, with an address that looks alike. */
function ofLoinc(url: string): ValueSetComposeInclude | undefined {
  if (url === `${LOINC}/vs`) return { system: LOINC };
  const [, part] = /^http:\/\/loinc\.org\/vs\/(LP[\d-]+)$/.exec(url) ?? [];
  return part === undefined ? undefined : { system: LOINC, filter: [{ property: 'concept', op: 'is-a', value: part }] };
}

/** R4 brings the value sets of its own code systems. */
const ofR4 = /^http:\/\/(?:hl7\.org\/fhir|terminology\.hl7\.org)\//;

function ofWhole(url: string, definitions: Pick<Definitions, 'codeSystem' | 'codeSystems'>): ValueSetComposeInclude | undefined {
  const names = new Set(definitions.codeSystems.map((one) => one.url).filter((system) => !ofR4.test(system)));
  for (const system of names) {
    const valueSet = definitions.codeSystem(system)?.valueSet;
    if (valueSet !== undefined && withoutVersion(valueSet) === url) return { system };
  }
  return undefined;
}
