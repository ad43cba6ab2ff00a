/** The value set an operation is asked about: by its id in the URL, by its url, or as it is sent. Source: R4 valueset-operation-expand.html */
import type { ValueSet } from 'fhir/r4.js';
import type { Rooms, View } from '../../interactions/intent.js';
import { deleted, visibleVersion } from '../../interactions/read.js';
import type { RequestFor } from '../../interactions/request.js';
import { restrictionOf } from '../../interactions/visibility.js';
import { inSteps } from '../../model/in-steps.js';
import { message } from '../../model/message.js';
import { FhirError, fault, type Issue } from '../../model/outcome.js';
import { parseStored } from '../../model/parse-stored.js';
import type { Resource } from '../../model/resource.js';
import type { CompiledValueSet, TerminologySources } from '../../terminology/sources.js';
import type { OperationParameters } from './parameters.js';

export interface AskedValueSet {
  readonly valueSet: ValueSet;
  readonly content: CompiledValueSet;
}

type Asked = RequestFor<'operation'>;

/** Definitions count for everyone; whoever asks needs to be allowed to read value sets. Throws FhirError 400, 403, 404, 410, 422. */
export async function askedValueSet(
  rooms: Rooms,
  request: Asked,
  view: View,
  asked: OperationParameters,
  sources: TerminologySources,
): Promise<AskedValueSet> {
  restrictionOf(request.access, 'read', 'ValueSet');
  const { id } = request;
  const [url, sent] = [asked.text('url'), asked.resource('valueSet')];
  const ways = [
    ...(id === undefined ? [] : [`ValueSet/${id}`]),
    ...(url === undefined ? [] : ['url']),
    ...(sent === undefined ? [] : ['valueSet']),
    ...(asked.text('context') === undefined ? [] : ['context']),
  ];
  if (ways.length > 1) throw oneWanted(ways);
  if (id !== undefined) return valueSetAt(rooms, request, view, id, sources);
  if (sent !== undefined) return unnamed((await valid(rooms, sent)) as unknown as ValueSet, sources);
  if (url !== undefined) return known(url, asked, sources);
  throw ways.length === 0 ? noneGiven() : contextNotKnown();
}

function unnamed(valueSet: ValueSet, sources: TerminologySources): AskedValueSet {
  return { valueSet, content: sources.unnamed(valueSet) };
}

async function valueSetAt(rooms: Rooms, request: Asked, view: View, id: string, sources: TerminologySources): Promise<AskedValueSet> {
  const version = await visibleVersion(rooms, request, view, { type: 'ValueSet', id });
  if (version.json === null) throw deleted(version);
  const canonical = rooms.uploads.definitions.valueSetAt(id);
  const [valueSet, content] = canonical === undefined ? [] : [sources.published(canonical), sources.valueSet(canonical)];
  // What is not in effect, or not yet, is read as it stands.
  if (valueSet?.id === id && content !== undefined) return { valueSet, content };
  return unnamed((await inSteps(parseStored(version.json))) as unknown as ValueSet, sources);
}

function known(url: string, asked: OperationParameters, sources: TerminologySources): AskedValueSet {
  const version = asked.text('valueSetVersion');
  const canonical = version === undefined || url.includes('|') ? url : `${url}|${version}`;
  const [valueSet, content] = [sources.published(canonical), sources.valueSet(canonical)];
  if (valueSet !== undefined && content !== undefined) return { valueSet, content };
  const other = sources.published(url.replace(/\|.*$/, ''))?.version;
  const [en, zh] = other === undefined ? ['', ''] : [`; its version ${other} is here`, `；此处有其版本 ${other}`];
  throw fault('not-found', message('value-set-unknown', `There is no value set ${canonical} here${en}`, `此处没有值集 ${canonical}${zh}`), {
    expression: asked.at('url'),
  });
}

/** Only what its codes are taken from matters: a value set that is made up to be expanded has no name or status. */
async function valid({ validator }: Rooms, resource: Resource): Promise<Resource> {
  const issues = await inSteps(validator.validateInSteps(resource));
  const faults = issues.filter(
    (issue) => isGrave(issue) && /^ValueSet\.(compose|expansion|url|version|language)\b/.test(issue.expression ?? ''),
  );
  if (faults.length > 0) throw new FhirError(faults, { status: 422 });
  return resource;
}

function isGrave({ severity }: Issue): boolean {
  return severity === 'error' || severity === 'fatal';
}

function oneWanted(ways: readonly string[]) {
  return fault(
    'invalid',
    message(
      'one-value-set-wanted',
      `One value set was expected; there are ${ways.join(' and ')}`,
      `应只指定一个值集；实际有 ${ways.join('、')}`,
    ),
  );
}

function noneGiven() {
  return fault(
    'required',
    message(
      'value-set-wanted',
      'A value set was expected: by its id in the URL, by the parameter "url", or as the parameter "valueSet"',
      '应指定值集：URL 中的 id、参数“url”，或参数“valueSet”中的资源',
    ),
  );
}

function contextNotKnown() {
  return fault(
    'not-supported',
    message(
      'context-not-supported',
      'The parameter "context" is not supported here; the value set of the binding was expected as "url"',
      '此处不支持参数“context”；请以“url”给出绑定的值集',
    ),
    { expression: 'context' },
  );
}
