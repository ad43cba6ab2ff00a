/**
 * What may not be uploaded: another definition of what R4 itself defines. Resources of R4 must mean the same on every server. Code
 * systems and value sets that R4's package only passes on (LOINC, HL7's v2 and v3 tables) are not R4's own, and may be brought in whole.
 * Source: R4 conformance-rules.html#profiling ("Profiles cannot … change the meaning"), references.html#canonical
 */
import type { Definitions } from '../definitions/definitions.js';
import { isOfCore } from '../definitions/served.js';
import type { LiveType } from '../definitions/uploaded.js';
import { message } from '../model/message.js';
import type { Issue } from '../model/outcome.js';

const ownOfHl7 = 'http://hl7.org/fhir/';

interface Found {
  readonly id?: string | undefined;
}

const lookUp: Readonly<Record<LiveType, (from: Definitions) => (canonical: string) => Found | undefined>> = {
  StructureDefinition: ({ structure }) => structure,
  ValueSet: ({ valueSet }) => valueSet,
  CodeSystem: ({ codeSystem }) => codeSystem,
  ConceptMap: ({ conceptMap }) => conceptMap,
  // It has no canonical of its own.
  NamingSystem: () => () => undefined,
  SearchParameter: ({ searchParameter }) => searchParameter,
};

/** `packaged`: what the packages bring, without uploads. */
export function definedByR4(type: LiveType, url: string, packaged: Definitions): readonly Issue[] {
  if (!url.startsWith(ownOfHl7)) return [];
  const found = lookUp[type](packaged)(url);
  if (found === undefined || !isOfCore(packaged, type, found.id)) return [];
  const text = message(
    'definition-of-r4',
    `${url} is defined by R4 itself and cannot be defined anew; a definition of your own needs another url`,
    `${url} 由 R4 自身定义，不得另行定义；自己的定义请使用其他 url`,
  );
  return [{ severity: 'error', code: 'business-rule', message: text, expression: `${type}.url` }];
}
