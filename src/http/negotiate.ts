/**
 * In which form and language the client wants its answer, and how much of it.
 * Source: R4 http.html#mime-type, http.html#parameters (_format, _pretty), http.html#prefer
 */
import type { IncomingMessage } from 'node:http';
import { parseQuery } from '../interactions/query.js';
import type { Return } from '../interactions/request.js';
import { type Language, message } from '../model/message.js';
import { fault } from '../model/outcome.js';

/** Source: R4 http.html#mime-type; the older and the general names are understood too. */
export const jsonTypes: ReadonlySet<string> = new Set(['application/fhir+json', 'application/json', 'text/json', 'application/json+fhir']);
const jsonNames: ReadonlySet<string> = new Set([...jsonTypes, 'json']);
const wide: ReadonlySet<string> = new Set(['*/*', 'application/*', 'text/*', '*']);

export interface Wishes {
  readonly pretty: boolean;
  readonly language: Language;
  readonly return?: Return;
  readonly lenient: boolean;
}

export function languageOf(req: IncomingMessage): Language {
  const header = req.headers['accept-language'];
  if (header === undefined) return 'en';
  const ranked = header
    .split(',')
    .map(ranking)
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  const found = ranked.map(({ name }) => name.slice(0, 2)).find((name) => name === 'zh' || name === 'en');
  return found === 'zh' ? 'zh' : 'en';
}

/** `form` is a POSTed form's text: its `_format` and `_pretty` count too. Throws FhirError 406 when JSON is not among what is wanted. */
export function negotiate(req: IncomingMessage, form = ''): Wishes {
  const { format, pretty } = formatParameters(req.url ?? '', form);
  if (format === undefined) refuseUnacceptable(req.headers.accept);
  else if (!jsonNames.has(format)) throw unacceptable(format, '_format');
  const prefer = preferOf(req);
  const lenient = prefer !== undefined && /(?:^|[,;\s])handling\s*=\s*"?lenient\b/.test(prefer);
  return { pretty, lenient, language: languageOf(req), return: returnOf(prefer) };
}

/** A plus in `application/fhir+json` arrives as a space where the client did not encode it. */
function formatParameters(url: string, form: string): { readonly format?: string; readonly pretty: boolean } {
  if (!url.includes('_format') && !url.includes('_pretty') && !form.includes('_format') && !form.includes('_pretty'))
    return { pretty: false };
  const mark = url.indexOf('?');
  const parameters = [...(mark === -1 ? [] : parseQuery(url.slice(mark + 1))), ...parseQuery(form)];
  const last = (wanted: string) => parameters.findLast(([name]) => name === wanted)?.[1];
  const format = last('_format')?.split(';')[0]?.trim().replace(' ', '+').toLowerCase();
  return { pretty: last('_pretty') === 'true', format };
}

function refuseUnacceptable(accept: string | undefined): void {
  if (accept === undefined || accept === 'application/fhir+json' || accept === '*/*' || accept.trim() === '') return;
  const wanted = accept.split(',').map(ranking);
  if (!wanted.some(({ name, weight, version }) => weight > 0 && (jsonTypes.has(name) || wide.has(name)) && isOurVersion(version))) {
    throw unacceptable(accept, 'http.Accept');
  }
}

/** Source: R4 http.html#version-parameter */
export function isOurVersion(version: string | undefined): boolean {
  return version === undefined || /^4\.0(?:\.\d+)?$/.test(version);
}

interface Ranking {
  readonly name: string;
  readonly weight: number;
  readonly version?: string;
}

/** One range of Accept or Accept-Language: `text/html;q=0.8`. */
function ranking(part: string): Ranking {
  const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  const version = parameters.find((parameter) => parameter.startsWith('fhirVersion='))?.slice('fhirVersion='.length);
  const number = weight === undefined ? 1 : Number(weight.slice(2));
  return { name: name.toLowerCase(), weight: Number.isNaN(number) ? 0 : number, version };
}

const returns: readonly Return[] = ['minimal', 'representation', 'OperationOutcome'];

/** Node joins repeated fields but types this one as if it did not. */
function preferOf({ headers: { prefer } }: IncomingMessage): string | undefined {
  return typeof prefer === 'string' || prefer === undefined ? prefer : prefer.join(',');
}

function returnOf(prefer: string | undefined): Return | undefined {
  if (prefer === undefined) return undefined;
  const asked = /(?:^|[,;\s])return\s*=\s*"?(\w+)"?/.exec(prefer)?.[1];
  return returns.find((one) => one === asked);
}

function unacceptable(found: string, expression: string) {
  return fault(
    'not-supported',
    message(
      'not-acceptable',
      `"${found}" was asked for; this server answers in JSON only for now (application/fhir+json, FHIR 4.0)`,
      `请求的格式为“${found}”；本服务器目前仅以 JSON 应答（application/fhir+json，FHIR 4.0）`,
    ),
    { status: 406, expression },
  );
}
