/**
 * What the body of a request is meant to be, told by its Content-Type and by what is asked.
 * Source: R4 http.html#mime-type, http.html#patch, search.html#Introduction; RFC 9110 §15.5.16 (415), RFC 5789 §3.1 (Accept-Patch)
 */
import type { IncomingMessage } from 'node:http';
import { patchFormatOf, patchMediaTypes } from '../interactions/patch/format.js';
import type { PatchFormat, Target } from '../interactions/request.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { formOf, isOurVersion, type MediaType, parameterOf, parseMediaType, type Syntax } from './media-types.js';

export type BodyKind =
  | { readonly kind: 'resource'; readonly syntax: Syntax }
  | { readonly kind: 'patch'; readonly format: PatchFormat; readonly syntax: Syntax }
  | { readonly kind: 'form' }
  /** For Binary: a Binary resource, or content as it is. */
  | { readonly kind: 'binary' };

const FORM = 'application/x-www-form-urlencoded';
const resourceTypes = ['application/fhir+json', 'application/fhir+xml'];
/** As the header field has it. */
export const acceptPatch = patchMediaTypes.join(', ');

const jsonBody: BodyKind = { kind: 'resource', syntax: 'json' };

/** undefined: a body, if there is one, means nothing. Throws FhirError 415 for a type that cannot be read here. */
export function bodyKindOf({ method, headers }: IncomingMessage, target: Target): BodyKind | undefined {
  if (method !== 'POST' && method !== 'PUT' && method !== 'PATCH') return undefined;
  const header = headers['content-type'];
  const { interaction } = target;
  if (interaction.startsWith('search-')) return formKind(header);
  if (method === 'PATCH') return patchKind(header);
  if ('type' in target && target.type === 'Binary' && interaction !== 'operation') return { kind: 'binary' };
  if (header === undefined || header === 'application/fhir+json') return jsonBody;
  const type = parseMediaType(header);
  if (interaction === 'operation' && type.name === FORM) return formKind(header);
  const syntax = syntaxOf(type);
  if (syntax === undefined) throw unsupportedType(header, interaction === 'operation' ? [...resourceTypes, FORM] : resourceTypes);
  return { kind: 'resource', syntax };
}

/** What FHIR's formats are called, in UTF-8 and of this version. */
export function syntaxOf(type: MediaType): Syntax | undefined {
  return isUnderstood(type) ? formOf(type.name)?.syntax : undefined;
}

function isUnderstood(type: MediaType): boolean {
  return /^"?utf-?8"?$/i.test(parameterOf(type, 'charset') ?? 'utf-8') && isOurVersion(parameterOf(type, 'fhirversion'));
}

/** No type at all counts as a form here. */
function formKind(header: string | undefined): BodyKind {
  const type = parseMediaType(header ?? FORM);
  if (type.name !== FORM || !isUnderstood(type)) throw unsupportedType(header ?? '', [FORM]);
  return { kind: 'form' };
}

/** A patch has to say what it is: the same JSON means different things. */
function patchKind(header: string | undefined): BodyKind {
  const type = parseMediaType(header ?? '');
  const format = isUnderstood(type) ? patchFormatOf(type.name) : undefined;
  if (format === undefined) throw unsupportedType(header ?? '', patchMediaTypes, { 'Accept-Patch': acceptPatch });
  return { kind: 'patch', format, syntax: formOf(type.name)?.syntax ?? 'json' };
}

function unsupportedType(found: string, wanted: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const [en, zh] = [wanted.join(', '), wanted.join('、')];
  const came = found === '' ? ['without a Content-Type', '没有 Content-Type'] : [`as "${found}"`, `的类型为“${found}”`];
  return fault(
    'not-supported',
    message(
      'media-type',
      `The body came ${came[0]}; expected was one of ${en} (UTF-8, FHIR 4.0)`,
      `正文${came[1]}；应为 ${zh}（UTF-8，FHIR 4.0）`,
    ),
    { status: 415, expression: 'http.Content-Type', headers: { Accept: en, ...more } },
  );
}
