/** The value set an operation is asked about: by its id in the URL, by its url, or as it is sent. Source: R4 valueset-operation-expand.html */
import type { ValueSet } from 'fhir/r4.js';
import { canonicalOf, partsOf, withoutVersion } from '../../definitions/canonicals.js';
import { valueSetSupplement } from '../../definitions/strip.js';
import type { Rooms, View } from '../../interactions/intent.js';
import { deleted, visibleVersion } from '../../interactions/read.js';
import type { RequestFor } from '../../interactions/request.js';
import { restrictionOf } from '../../interactions/visibility.js';
import { inSteps } from '../../model/in-steps.js';
import { message } from '../../model/message.js';
import { fault, type Issue } from '../../model/outcome.js';
import { parseStored } from '../../model/parse-stored.js';
import { allOf, allValueSets } from '../../terminology/all-value-sets.js';
import type { CompiledValueSet, TerminologySources, Wishes } from '../../terminology/sources.js';
import { validAsSent } from '../valid-as-sent.js';
import { valueSetOfContext } from './context.js';
import { knownSystem, knownValueSet } from './known-as.js';
import type { OperationParameters } from './parameters.js';
import { refuseUnknownSupplement } from './reading.js';

export interface AskedValueSet {
  readonly valueSet: ValueSet;
  readonly content: CompiledValueSet;
  readonly sources: TerminologySources;
  readonly wishes: Wishes;
}

type Asked = RequestFor<'operation'>;

/** Definitions count for everyone; whoever asks needs to be allowed to read value sets. Throws FhirError 400, 403, 404, 410, 422. */
export async function askedValueSet(
  rooms: Rooms,
  request: Asked,
  view: View,
  asked: OperationParameters,
  wishes: Wishes,
): Promise<AskedValueSet> {
  const sources = rooms.uploads.terminology.at(wishes);
  const content = await compiledAsked(rooms, request, view, asked, sources);
  const own = supplementsNamed(content.published).filter((one) => wishes.supplements?.includes(one) !== true);
  if (own.length === 0) return { valueSet: content.published, content, sources, wishes };
  for (const one of own) refuseUnknownSupplement(rooms, one, wishes.sent);
  const more = { ...wishes, supplements: [...(wishes.supplements ?? []), ...own] };
  const others = rooms.uploads.terminology.at(more);
  return { valueSet: content.published, content: others.unnamed(content.published), sources: others, wishes: more };
}

/** Source: FHIR extension valueset-supplement */
function supplementsNamed({ extension = [] }: ValueSet): readonly string[] {
  return extension.flatMap(({ url, valueCanonical }) =>
    url === valueSetSupplement && valueCanonical !== undefined ? [valueCanonical] : [],
  );
}

async function compiledAsked(
  rooms: Rooms,
  request: Asked,
  view: View,
  asked: OperationParameters,
  sources: TerminologySources,
): Promise<CompiledValueSet> {
  restrictionOf(request.access, 'read', 'ValueSet');
  const { id } = request;
  const [url, sent, context] = [asked.text('url'), asked.resource('valueSet'), asked.text('context')];
  const ways = [
    ...(id === undefined ? [] : [`ValueSet/${id}`]),
    ...(url === undefined ? [] : ['url']),
    ...(sent === undefined ? [] : ['valueSet']),
    ...(context === undefined ? [] : ['context']),
  ];
  if (ways.length > 1) throw oneWanted(ways);
  if (id !== undefined) return valueSetAt(rooms, request, view, id, sources);
  if (sent !== undefined) return sources.unnamed((await validAsSent(rooms, sent, counts)) as unknown as ValueSet);
  if (url !== undefined) return known(rooms, url, asked, sources);
  if (context !== undefined) return known(rooms, valueSetOfContext(rooms.definitions, asked), asked, sources);
  throw noneGiven();
}

async function valueSetAt(rooms: Rooms, request: Asked, view: View, id: string, sources: TerminologySources): Promise<CompiledValueSet> {
  const version = await visibleVersion(rooms, request, view, { type: 'ValueSet', id });
  if (version.json === null) throw deleted(version);
  const canonical = rooms.uploads.definitions.valueSetAt(id);
  const content = canonical === undefined ? undefined : sources.valueSet(canonical);
  // What is not in effect, or not yet, is read as it stands.
  if (content?.published.id === id) return content;
  return sources.unnamed((await inSteps(parseStored(version.json))) as unknown as ValueSet);
}

function known(rooms: Rooms, url: string, asked: OperationParameters, sources: TerminologySources): CompiledValueSet {
  const name = knownValueSet(rooms, url);
  const version = asked.text('valueSetVersion');
  const canonical = canonicalOf({ version, ...partsOf(name) });
  const content =
    sources.valueSet(canonical) ?? (url === allValueSets ? sources.unnamed(allOf(undefined)) : wholeSystem(rooms, canonical, sources));
  if (content !== undefined) return content;
  const other = sources.published(withoutVersion(url))?.version;
  const [en, zh] = other === undefined ? ['', ''] : [`; its version ${other} is here`, `；此处有其版本 ${other}`];
  throw fault('not-found', message('value-set-unknown', `There is no value set ${canonical} here${en}`, `此处没有值集 ${canonical}${zh}`), {
    expression: asked.at('url'),
  });
}

/** All codes of a code system, by its own URI. Source: R4 terminology-service.html#validation */
function wholeSystem(rooms: Rooms, canonical: string, sources: TerminologySources): CompiledValueSet | undefined {
  const { url: uri, version } = partsOf(canonical);
  const system = knownSystem(rooms, uri);
  if (sources.codeSystem(system, version) === undefined) return undefined;
  const include = { system, ...(version === undefined ? {} : { version }) };
  return sources.unnamed({ resourceType: 'ValueSet', url: uri, status: 'active', compose: { include: [include] } });
}

/** What is there must be of its shape; what is missing matters only where codes are taken from: one made up to be expanded has no status. */
function counts({ code, expression = '' }: Issue): boolean {
  return code === 'structure' || code === 'value' || /^ValueSet\.(compose|expansion|url|version|language)\b/.test(expression);
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
    { expression: 'url' },
  );
}
