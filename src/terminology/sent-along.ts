/**
 * Code systems and value sets that are sent along with a question: they go before those that are here, and hold for that question alone.
 * Source: HL7 FHIR Terminology Ecosystem, requirements.html (tx-resource)
 */
import type { CodeSystem, ValueSet } from 'fhir/r4.js';
import { canonicalOf, compareVersions } from '../definitions/canonicals.js';
import type { Definitions } from '../definitions/definitions.js';

export type SentAlong = CodeSystem | ValueSet;

type Known = Pick<Definitions, 'valueSet' | 'codeSystem' | 'codeSystems' | 'supplements' | 'generation'>;

export function withSentAlong(definitions: Known, sent: readonly SentAlong[]): Known {
  const systems = sent.filter((one) => one.resourceType === 'CodeSystem');
  const codeSystems = byCanonical(systems);
  const valueSets = byCanonical(sent.filter((one) => one.resourceType === 'ValueSet'));
  return {
    generation: definitions.generation,
    valueSet: (canonical) => valueSets.get(canonical) ?? definitions.valueSet(canonical),
    codeSystem: (canonical) => codeSystems.get(canonical) ?? definitions.codeSystem(canonical),
    codeSystems: [...systems.map(({ url = '', version = '' }) => ({ url, version })), ...definitions.codeSystems],
    supplements: [...systems.filter(({ content }) => content === 'supplement').map(nameOf), ...definitions.supplements],
  };
}

/** By url the newest, by `url|version` each. */
function byCanonical<T extends SentAlong>(sent: readonly T[]): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const one of sent) {
    const { url = '', version } = one;
    if (version !== undefined) found.set(nameOf(one), one);
    const before = found.get(url);
    if (before === undefined || compareVersions(version ?? '', before.version ?? '') > 0) found.set(url, one);
  }
  return found;
}

function nameOf({ url = '', version }: SentAlong): string {
  return canonicalOf({ url, version });
}
