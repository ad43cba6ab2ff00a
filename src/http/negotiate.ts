/**
 * In which form and language the client wants its answer, and how much of it.
 * Source: R4 http.html#mime-type, http.html#parameters (_format, _pretty), http.html#prefer
 */
import type { IncomingMessage } from 'node:http';
import { parseQuery } from '../interactions/query.js';
import type { Return } from '../interactions/request.js';
import { type Language, message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { acceptedBy, languageOf } from './accept.js';
import { type Form, formOf, isOurVersion, jsonForm, parameterOf, parseMediaType, xmlForm } from './media-types.js';

export interface Wishes {
  /** FHIR's JSON where nothing we have is wanted: errors are written in it. */
  readonly form: Form;
  /** What was asked for in vain. */
  readonly refused: Refused | undefined;
  /** Whether FHIR itself was asked for, rather than whatever there is. */
  readonly fhir: boolean;
  readonly pretty: boolean;
  readonly language: Language;
  readonly return: Return | undefined;
  readonly lenient: boolean;
}

interface Refused {
  readonly asked: string;
  readonly at: 'http.Accept' | '_format';
}

/** `form` is a POSTed form's text: its `_format` and `_pretty` count too. Never throws: what is wrong with the URL is for its reader to say. */
export function negotiate({ url = '', headers }: IncomingMessage, form = ''): Wishes {
  const { format, pretty } = formatParameters(url, form);
  const accepted = acceptedBy(headers.accept);
  const chosen = format === undefined ? accepted.form : formatNamed(format);
  const prefer = preferOf(headers.prefer);
  return {
    form: chosen ?? jsonForm,
    refused: chosen === undefined ? refusedBy(headers.accept, format) : undefined,
    fhir: format !== undefined || accepted.fhir,
    pretty: pretty ?? accepted.browser,
    language: languageOf(headers['accept-language']),
    return: prefer === undefined ? undefined : returnOf(prefer),
    lenient: prefer !== undefined && /(?:^|[,;\s])handling\s*=\s*"?lenient\b/i.test(prefer),
  };
}

/** Throws FhirError 406 when no form we have is among what is wanted. */
export function refuseUnacceptable({ refused }: Wishes): void {
  if (refused === undefined) return;
  const { asked, at } = refused;
  throw fault(
    'not-supported',
    message(
      'not-acceptable',
      `"${asked}" was asked for; this server answers in FHIR 4.0 as application/fhir+json or application/fhir+xml`,
      `请求的格式为“${asked}”；本服务器以 FHIR 4.0 的 application/fhir+json 或 application/fhir+xml 应答`,
    ),
    { status: 406, expression: at },
  );
}

function refusedBy(accept: string | undefined, format: string | undefined): Refused {
  return format === undefined ? { asked: accept ?? '', at: 'http.Accept' } : { asked: format, at: '_format' };
}

interface FormatParameters {
  readonly format?: string;
  readonly pretty?: boolean;
}

const neither: FormatParameters = {};

/** The last of each counts. */
function formatParameters(url: string, form: string): FormatParameters {
  if (form === '' && !url.includes('?')) return neither;
  if (!url.includes('_format') && !url.includes('_pretty') && !form.includes('_format') && !form.includes('_pretty')) return neither;
  const mark = url.indexOf('?');
  const parameters = [...parametersIn(mark === -1 ? '' : url.slice(mark + 1)), ...parametersIn(form)];
  const last = (wanted: string) => parameters.findLast(([name]) => name === wanted)?.[1];
  const pretty = last('_pretty');
  return { format: last('_format'), pretty: pretty === undefined ? undefined : pretty === 'true' };
}

function parametersIn(query: string): ReturnType<typeof parseQuery> {
  try {
    return parseQuery(query);
  } catch {
    return [];
  }
}

/** A plus in `application/fhir+json` arrives as a space where the client did not encode it. A general name stands for FHIR's own. */
function formatNamed(format: string): Form | undefined {
  const type = parseMediaType(format);
  if (!isOurVersion(parameterOf(type, 'fhirversion'))) return undefined;
  const name = type.name.replace(' ', '+');
  if (name === 'json') return jsonForm;
  if (name === 'xml') return xmlForm;
  const form = formOf(name);
  return form === undefined ? undefined : form.syntax === 'json' ? jsonForm : xmlForm;
}

const returns: readonly Return[] = ['minimal', 'representation', 'OperationOutcome'];

/** Node joins repeated fields but types this one as if it did not. */
function preferOf(prefer: string | readonly string[] | undefined): string | undefined {
  return typeof prefer === 'string' || prefer === undefined ? prefer : prefer.join(',');
}

/** In whatever letters. Source: RFC 7240 §2 (the names of preferences) */
function returnOf(prefer: string): Return | undefined {
  const asked = /(?:^|[,;\s])return\s*=\s*"?(\w+)"?/i.exec(prefer)?.[1]?.toLowerCase();
  return returns.find((one) => one.toLowerCase() === asked);
}
