/**
 * ValueSet.expansion.parameter: all that the codes depend on, as it was asked and as it was found.
 * Source: R4 valueset-operation-expand.html (return), valueset-definitions.html#ValueSet.expansion.parameter
 */
import { canonicalOf } from '../../definitions/canonicals.js';
import type { JsonObject } from '../../model/json.js';
import type { Languages } from '../../terminology/displays.js';
import type { DrawnOn } from '../../terminology/drawn-on.js';
import { out } from './answer.js';
import type { OperationParameters } from './parameters.js';

export interface Used {
  /** Which page it is. */
  readonly paging: readonly JsonObject[];
  readonly parameter: readonly JsonObject[];
}

const flags = ['activeOnly', 'excludeNested', 'excludeNotForUI', 'excludePostCoordinated', 'includeDesignations', 'includeDefinition'];
const uris = ['exclude-system', 'system-version', 'check-system-version', 'force-system-version'];

export function usedParameters(asked: OperationParameters, drawn: DrawnOn, languages: Languages): Used {
  return {
    paging: ['offset', 'count'].flatMap((name) => out(name, 'Integer', asked.number(name))),
    parameter: [
      ...out('filter', 'String', asked.text('filter')),
      ...out('date', 'DateTime', asked.text('date')),
      ...flags.flatMap((name) => out(name, 'Boolean', asked.flag(name))),
      ...asked.texts('designation').flatMap((text) => out('designation', 'String', text)),
      ...asked.texts('property').flatMap((text) => out('property', 'String', text)),
      ...out(
        'displayLanguage',
        'Code',
        languages.find((one) => one !== '*'),
      ),
      ...uris.flatMap((name) => asked.texts(name).flatMap((text) => out(name, 'Uri', text))),
      ...foundOf(drawn),
    ],
  };
}

function foundOf({ codeSystems, valueSets, circles }: DrawnOn): readonly JsonObject[] {
  const systems = [...codeSystems];
  return [
    ...systems.flatMap(([canonical, { version }]) => (version === undefined ? [] : out('version', 'Uri', canonical))),
    // R4 names `version`; what HL7's own tools read is called otherwise, and tells of those without one, too.
    ...systems.flatMap(([canonical]) => out('used-codesystem', 'Uri', canonical)),
    ...systems.flatMap(([, { supplements = [] }]) => supplements.flatMap((one) => out('used-supplement', 'Uri', one))),
    ...[...valueSets].flatMap(([canonical, { url, version }]) =>
      out('used-valueset', 'Uri', version === undefined ? canonical : canonicalOf({ url, version })),
    ),
    ...systems.flatMap(([canonical, { about }]) => [...partOf(canonical, about), ...warningsOf(canonical, about)]),
    ...[...valueSets].flatMap(([canonical, one]) => warningsOf(canonical, one)),
    ...[...circles].flatMap((canonical) => out('warning-circular', 'Uri', canonical)),
  ];
}

/** What is here is a part of the code system: under the names by which HL7's own tools say so. */
function partOf(canonical: string, about: { readonly content?: string } | undefined): readonly JsonObject[] {
  const content = about?.content;
  return content === 'fragment' || content === 'example' ? out(content, 'Uri', canonical) : [];
}

/** Whoever uses them should know. */
function warningsOf(canonical: string, about: { readonly status?: string; readonly experimental?: boolean } | undefined) {
  const { status, experimental } = about ?? {};
  if (status === 'retired' || status === 'draft') return out(`warning-${status}`, 'Uri', canonical);
  return experimental === true ? out('warning-experimental', 'Uri', canonical) : [];
}
