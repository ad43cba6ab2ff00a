/**
 * What R4's own invariants ask for, in Chinese: the definitions tell it in English only. A sentence goes by key and English text, so
 * that a profile's own rule of the same key keeps its own words; it says what the expression checks, where the English says otherwise.
 * Source: R4 elementdefinition.html#ElementDefinition.constraint.human
 */
import type { ElementDefinitionConstraint } from 'fhir/r4.js';
import sentences from './invariants-zh.json' with { type: 'json' };

let known: ReadonlyMap<string, string> | undefined;

/** None for an invariant that is not R4's. */
export function chineseSentence({ key, human }: Pick<ElementDefinitionConstraint, 'key' | 'human'>): string | undefined {
  known ??= new Map(sentences.flatMap(({ keys, human, zh }) => keys.map((one) => [nameOf(one, human), zh])));
  return known.get(nameOf(key, human));
}

function nameOf(key: string, human: string): string {
  return `${key} ${human}`;
}
