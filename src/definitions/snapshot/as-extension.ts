/**
 * An extension is known by its own definition: what it is called and how often it may stand are taken from there, unless the profile
 * that uses it says otherwise. Source: R4 defining-extensions.html, profiling.html#extensions
 */
import type { ElementDefinition } from 'fhir/r4.js';
import type { Making } from './look-up.js';

const texts = ['short', 'definition', 'comment', 'requirements', 'alias', 'mapping'] as const;

export function asExtension(element: ElementDefinition, said: ElementDefinition | undefined, making: Making): ElementDefinition {
  const [type, ...others] = said?.type ?? [];
  const [profile, ...more] = type?.profile ?? [];
  if (type?.code !== 'Extension' || profile === undefined || others.length + more.length > 0) return element;
  const own = making.tree(profile)?.element;
  if (own === undefined) return element;
  const kept = Object.fromEntries(Object.entries(element).filter(([field]) => !texts.some((text) => text === field)));
  const taken = Object.fromEntries(texts.flatMap((text) => (own[text] === undefined ? [] : [[text, own[text]]])));
  // Where the profile says how often, that is checked against what the base allows.
  const max = said?.max === undefined && own.max === '1' ? { max: '1' } : {};
  return { path: element.path, ...kept, ...taken, ...max };
}
