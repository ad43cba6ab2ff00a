/**
 * The code system an operation is asked about: by its id in the URL, by its url, or as it is sent. Definitions count for everyone who may
 * read code systems. Source: R4 codesystem-operations.html
 */
import type { CodeSystem } from 'fhir/r4.js';
import { canonicalOf, partsOf, withoutVersion } from '../../definitions/canonicals.js';
import type { Rooms, View } from '../../interactions/intent.js';
import { deleted, visibleVersion } from '../../interactions/read.js';
import type { RequestFor } from '../../interactions/request.js';
import { restrictionOf } from '../../interactions/visibility.js';
import { inSteps } from '../../model/in-steps.js';
import { type Message, message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import { parseStored } from '../../model/parse-stored.js';
import type { Resource } from '../../model/resource.js';
import { type CodeContent, codeContent } from '../../terminology/code-system.js';
import { type NamedContent, nameOf } from '../../terminology/judge-code.js';
import type { TerminologySources } from '../../terminology/sources.js';
import { validAsSent } from '../valid-as-sent.js';
import { knownSystem } from './known-as.js';
import type { OperationParameters } from './parameters.js';

export interface Asking {
  readonly rooms: Rooms;
  readonly request: RequestFor<'operation'>;
  readonly view: View;
  readonly asked: OperationParameters;
  readonly sources: TerminologySources;
}

interface Named {
  readonly url?: string | undefined;
  readonly version?: string | undefined;
}

/** Undefined: it is named in no way. Throws FhirError 400, 403, 404, 410, 422. */
export async function askedCodeSystem(asking: Asking, { url, version }: Named): Promise<NamedContent | undefined> {
  const { rooms, request, asked, sources } = asking;
  restrictionOf(request.access, 'read', 'CodeSystem');
  const sent = asked.resource('codeSystem');
  if (request.id !== undefined && sent !== undefined) throw oneWanted(request.id);
  if (request.id !== undefined) return ofInstance(await codeSystemAt(asking, request.id), asking);
  if (sent !== undefined) return contentOf(await validAsSent(rooms, sent));
  if (url === undefined) return undefined;
  const named = partsOf(url);
  const system = knownSystem(rooms, named.url);
  return { system, content: contentNamed(rooms, sources, system, version ?? named.version) };
}

/** What else is said of it must fit. */
function ofInstance(found: NamedContent, { asked }: Asking): NamedContent {
  const [url, version] = [asked.text('url') ?? asked.text('system'), asked.text('version')];
  if (url !== undefined && withoutVersion(url) !== found.system) throw otherThan(found.system, url, asked.has('url') ? 'url' : 'system');
  const own = found.content.version;
  if (version !== undefined && own !== undefined && version !== own) throw otherThan(nameOf(found), version, 'version');
  return found;
}

export function contentNamed(rooms: Rooms, sources: TerminologySources, url: string, version: string | undefined): CodeContent {
  const parts = partsOf(url);
  const [system, named] = [parts.url, version ?? parts.version];
  const content = contentHere(sources, system, named);
  if (content !== undefined) return content;
  throw fault('not-found', notHere(rooms, system, named));
}

export function contentHere(sources: TerminologySources, system: string, version: string | undefined): CodeContent | undefined {
  return sources.codeSystem(system, version) ?? ofRule(sources, system);
}

/** Units, languages and the like have no versions here: any that is named is theirs. */
function ofRule(sources: TerminologySources, system: string): CodeContent | undefined {
  const content = sources.codeSystem(system);
  return content?.wordsFor === undefined ? undefined : content;
}

async function codeSystemAt({ rooms, request, view, sources }: Asking, id: string): Promise<NamedContent> {
  const version = await visibleVersion(rooms, request, view, { type: 'CodeSystem', id });
  if (version.json === null) throw deleted(version);
  const canonical = rooms.uploads.definitions.codeSystemAt(id);
  const named = canonical === undefined ? undefined : partsOf(canonical);
  const content = named && sources.codeSystem(named.url, named.version);
  if (named !== undefined && content?.about?.id === id) return { system: named.url, content };
  return contentOf((await inSteps(parseStored(version.json))) as Resource);
}

function contentOf(resource: Resource): NamedContent {
  const codeSystem = resource as unknown as CodeSystem;
  return { system: codeSystem.url ?? '', content: codeContent(codeSystem) };
}

export function notHere({ uploads }: Rooms, system: string, version: string | undefined): Message {
  const here = uploads.terminology.versionsHere(system);
  const canonical = canonicalOf({ url: system, version });
  const [en, zh] = here.length === 0 ? ['', ''] : [`; its versions here are ${here.join(', ')}`, `；现有版本：${here.join('、')}`];
  return message('code-system-unknown', `There is no code system ${canonical} here${en}`, `此处没有代码系统 ${canonical}${zh}`);
}

function otherThan(own: string, found: string, expression: string) {
  const text = message(
    'code-system-is-another',
    `The code system of the URL is ${own}; found was ${found}`,
    `URL 所指的代码系统为 ${own}；实为 ${found}`,
  );
  return fault('invalid', text, { expression });
}

function oneWanted(id: string) {
  const text = message(
    'one-code-system-wanted',
    `One code system was expected; there are CodeSystem/${id} and codeSystem`,
    `应只指定一个代码系统；实际有 CodeSystem/${id} 和 codeSystem`,
  );
  return fault('invalid', text, { expression: 'codeSystem' });
}
