/**
 * What an operation of terminology is about: a code system or a value set by its url, by its id, or as it is sent; and how it is to be
 * read. Whoever may read the type may ask: definitions count for everyone. Source: R4 terminology-service.html, operations.html
 */
import type { CodeSystem, ValueSet } from 'fhir/r4.js';
import type { Rooms, View } from '../../interactions/intent.js';
import { deleted, visibleVersion } from '../../interactions/read.js';
import type { RequestFor } from '../../interactions/request.js';
import { restrictionOf } from '../../interactions/visibility.js';
import { inSteps } from '../../model/in-steps.js';
import { message } from '../../model/message.js';
import { FhirError, fault } from '../../model/outcome.js';
import { parseStored } from '../../model/parse-stored.js';
import type { Resource } from '../../model/resource.js';
import { codeContent } from '../../terminology/code-system.js';
import { type Languages, languagesOf } from '../../terminology/displays.js';
import type { NamedContent } from '../../terminology/judge-code.js';
import type { CompiledValueSet, TerminologySources, Wishes } from '../../terminology/sources.js';
import { versionsOf } from '../../terminology/versions.js';
import type { OperationParameters, Shape } from './parameters.js';

export interface Asking {
  readonly rooms: Rooms;
  readonly request: RequestFor<'operation'>;
  readonly view: View;
  readonly asked: OperationParameters;
}

/** What users send to read value sets by, and R4 has for $expand alone or not at all. */
export const versionShapes: readonly Shape[] = ['system-version', 'check-system-version', 'force-system-version'].map((name) => ({
  name,
  type: 'canonical',
  max: '*',
}));
export const supplementShape: Shape = { name: 'useSupplement', type: 'canonical', max: '*' };

/** Of displays: those asked for by name, else those of the client. */
export function languagesAsked({ request, asked }: Pick<Asking, 'request' | 'asked'>): Languages {
  return languagesOf(asked.text('displayLanguage') ?? request.acceptLanguage);
}

/** Throws FhirError 404 for a supplement that is not here. */
export function wishesOf({ rooms, asked }: Pick<Asking, 'rooms' | 'asked'>): Wishes {
  const supplements = asked.texts('useSupplement');
  for (const one of supplements) refuseUnknownSupplement(rooms, one);
  const versions = versionsOf({
    usual: asked.texts('system-version'),
    checked: asked.texts('check-system-version'),
    forced: asked.texts('force-system-version'),
  });
  return { versions, supplements };
}

function refuseUnknownSupplement({ uploads: { definitions } }: Rooms, canonical: string): void {
  if (definitions.codeSystem(canonical)?.content === 'supplement') return;
  throw fault(
    'not-found',
    message('supplement-unknown', `There is no code system supplement ${canonical} here`, `此处没有代码系统补充 ${canonical}`),
    { expression: 'useSupplement' },
  );
}

interface Named {
  readonly url?: string | undefined;
  readonly version?: string | undefined;
}

/** By id, as it is sent, or by its url. Undefined: none of them was given. Throws FhirError 404 for one that is not here. */
export async function codeSystemAsked(
  asking: Asking,
  sources: TerminologySources,
  { url, version }: Named,
): Promise<NamedContent | undefined> {
  const { rooms, request, asked } = asking;
  restrictionOf(request.access, 'read', 'CodeSystem');
  if (request.id !== undefined) return codeSystemAt(asking, sources, request.id);
  const sent = asked.resource('codeSystem');
  if (sent !== undefined) return contentOf(await valid(rooms, sent));
  if (url === undefined) return undefined;
  return { system: bare(url), content: contentNamed(rooms, sources, url, version) };
}

export function contentNamed(rooms: Rooms, sources: TerminologySources, url: string, version: string | undefined) {
  const [system, named] = [bare(url), version ?? versionIn(url)];
  const content = sources.codeSystem(system, named) ?? ofRule(sources, system);
  if (content !== undefined) return content;
  const here = rooms.uploads.terminology.versionsHere(system);
  throw unknown('CodeSystem', named === undefined ? system : `${system}|${named}`, here);
}

/** Units, languages and the like have no versions here: any that is named is theirs. */
function ofRule(sources: TerminologySources, system: string) {
  const content = sources.codeSystem(system);
  return content?.wordsFor === undefined ? undefined : content;
}

async function codeSystemAt(asking: Asking, sources: TerminologySources, id: string): Promise<NamedContent> {
  const stored = await storedAt(asking, 'CodeSystem', id);
  const canonical = asking.rooms.uploads.definitions.codeSystemAt(id);
  const content = canonical === undefined ? undefined : sources.codeSystem(bare(canonical), versionIn(canonical));
  return canonical === undefined || content === undefined ? contentOf(await stored()) : { system: bare(canonical), content };
}

function contentOf(resource: Resource): NamedContent {
  const codeSystem = resource as unknown as CodeSystem;
  return { system: codeSystem.url ?? '', content: codeContent(codeSystem) };
}

/** The same for a value set. */
export async function valueSetAsked(
  asking: Asking,
  sources: TerminologySources,
  { url, version }: Named,
): Promise<CompiledValueSet | undefined> {
  const { rooms, request, asked } = asking;
  restrictionOf(request.access, 'read', 'ValueSet');
  if (request.id !== undefined) return valueSetAt(asking, sources, request.id);
  const sent = asked.resource('valueSet');
  if (sent !== undefined) return sources.unnamed((await valid(rooms, sent)) as unknown as ValueSet);
  if (url === undefined) return undefined;
  const canonical = version === undefined ? url : `${bare(url)}|${version}`;
  const found = sources.valueSet(canonical);
  if (found === undefined) throw unknown('ValueSet', canonical, []);
  return found;
}

async function valueSetAt(asking: Asking, sources: TerminologySources, id: string): Promise<CompiledValueSet> {
  const stored = await storedAt(asking, 'ValueSet', id);
  const canonical = asking.rooms.uploads.definitions.valueSetAt(id);
  return (canonical === undefined ? undefined : sources.valueSet(canonical)) ?? sources.unnamed((await stored()) as unknown as ValueSet);
}

/** How to read what is stored there, if it may be seen. Throws FhirError 404, 410. */
async function storedAt({ rooms, request, view }: Asking, type: string, id: string): Promise<() => Promise<Resource>> {
  const version = await visibleVersion(rooms, request, view, { type, id });
  const { json } = version;
  if (json === null) throw deleted(version);
  return async () => (await inSteps(parseStored(json))) as Resource;
}

export function valueSetWanted() {
  return fault(
    'required',
    message(
      'value-set-wanted',
      'A value set was expected: by its id in the URL, as "url", or as "valueSet"',
      '应给出值集：URL 中的 id、参数“url”或参数“valueSet”',
    ),
    { expression: 'url' },
  );
}

/** Only what is valid in itself can be read as a definition. What is made up to be asked about once has no status. */
async function valid({ validator }: Rooms, resource: Resource): Promise<Resource> {
  const issues = await inSteps(validator.validateInSteps({ status: 'draft', ...resource }));
  if (issues.some(({ severity }) => severity === 'error' || severity === 'fatal')) throw new FhirError(issues, { status: 422 });
  return resource;
}

export function bare(canonical: string): string {
  const cut = canonical.lastIndexOf('|');
  return cut < 0 ? canonical : canonical.slice(0, cut);
}

function versionIn(canonical: string): string | undefined {
  const cut = canonical.lastIndexOf('|');
  return cut < 0 ? undefined : canonical.slice(cut + 1);
}

function unknown(type: 'CodeSystem' | 'ValueSet', canonical: string, here: readonly string[]) {
  const what = type === 'CodeSystem' ? '代码系统' : '值集';
  const [en, zh] = here.length === 0 ? ['', ''] : [`; its versions here are ${here.join(', ')}`, `；现有版本：${here.join('、')}`];
  const id = type === 'CodeSystem' ? 'code-system-unknown' : 'value-set-unknown';
  return fault('not-found', message(id, `There is no ${type} ${canonical} here${en}`, `此处没有${what} ${canonical}${zh}`));
}
