/**
 * Which form of an answer a client accepts. Source: R4 http.html#mime-type; RFC 9110 §12.5.1 (Accept), §12.5.3 (Accept-Encoding),
 * §12.5.4 (Accept-Language)
 */
import type { Language } from '../model/message.js';
import { type Form, formOf, isFhirType, isOurVersion, jsonForm, parameterOf, parseMediaType, type Syntax, xmlForm } from './media-types.js';

export interface Accepted {
  /** undefined: no form we have. */
  readonly form: Form | undefined;
  /** A person looks at it: a browser says that it would rather have a page. */
  readonly browser: boolean;
  /** Whether FHIR was asked for by its own name, rather than whatever there is. */
  readonly fhir: boolean;
}

const anything: Accepted = { form: jsonForm, browser: false, fhir: false };
const plainJson: Accepted = { form: jsonForm, browser: false, fhir: true };

/** Clients send the same few fields again and again. */
const remembered = new Map<string, Accepted>();
const REMEMBERED = 256;

/** Absent or empty: anything. */
export function acceptedBy(accept: string | undefined): Accepted {
  if (accept === undefined || accept === '*/*') return anything;
  if (accept === 'application/fhir+json') return plainJson;
  const known = remembered.get(accept);
  if (known !== undefined) return known;
  const found = accept.trim() === '' ? anything : choose(rangesOf(accept));
  if (remembered.size >= REMEMBERED) remembered.clear();
  if (accept.length <= 512) remembered.set(accept, found);
  return found;
}

interface Range {
  readonly name: string;
  readonly weight: number;
  readonly ours: boolean;
}

function rangesOf(accept: string): Range[] {
  return listOf(accept).map((part) => {
    const type = parseMediaType(part);
    return { name: type.name, weight: weightOf(parameterOf(type, 'q')), ours: isOurVersion(parameterOf(type, 'fhirversion')) };
  });
}

/** The parts of a list; a comma in quotes parts nothing. */
function listOf(field: string): readonly string[] {
  return field.match(/(?:[^,"]|"[^"]*")+/g) ?? [];
}

function weightOf(text: string | undefined): number {
  const weight = text === undefined ? 1 : Number(text);
  return weight >= 0 && weight <= 1 ? weight : 0;
}

interface Candidate {
  readonly form: Form;
  readonly weight: number;
  readonly named: boolean;
}

function choose(ranges: readonly Range[]): Accepted {
  const wanted = ranges.filter(({ weight }) => weight > 0);
  const fhir = wanted.some(({ name, ours }) => ours && isFhirType(name));
  const browser = !fhir && wanted.some(({ name }) => name === 'text/html');
  const candidates = [...namedOf(wanted), ...wildOf(ranges, jsonForm, 'json'), ...wildOf(ranges, xmlForm, 'xml')];
  // XML is what browsers name beside their pages, not what a person would rather read.
  const fitting = browser && candidates.some(({ form }) => form.syntax === 'json') ? candidates.filter(isJson) : candidates;
  const best = fitting.reduce<Candidate | undefined>(
    (first, next) => (first === undefined || isBetter(next, first) ? next : first),
    undefined,
  );
  return { form: best?.form, browser, fhir };
}

function isJson({ form }: Candidate): boolean {
  return form.syntax === 'json';
}

/** At equal weight a name says more than a wildcard; after that the first counts. */
function isBetter(next: Candidate, first: Candidate): boolean {
  return next.weight > first.weight || (next.weight === first.weight && next.named && !first.named);
}

function namedOf(wanted: readonly Range[]): Candidate[] {
  return wanted.flatMap(({ name, weight, ours }) => {
    const form = ours ? formOf(name) : undefined;
    return form === undefined ? [] : [{ form, weight, named: true }];
  });
}

/** What a wildcard lets in, unless FHIR's own name was shut out. */
function wildOf(ranges: readonly Range[], form: Form, syntax: Syntax): Candidate[] {
  if (ranges.some(({ name, weight }) => weight === 0 && name === `application/fhir+${syntax}`)) return [];
  return ranges.flatMap(({ name, weight, ours }) => {
    if (weight === 0 || !ours) return [];
    if (name === 'text/*') return [{ form: formOf(`text/${syntax}`) ?? form, weight, named: false }];
    return name === '*/*' || name === '*' || name === 'application/*' ? [{ form, weight, named: false }] : [];
  });
}

/** English unless Chinese is preferred to it. */
export function languageOf(header: string | undefined): Language {
  if (header === undefined) return 'en';
  const ranked = rangesOf(header)
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  return ranked.map(({ name }) => name.slice(0, 2)).find((name) => name === 'zh' || name === 'en') === 'zh' ? 'zh' : 'en';
}

/** `gzip` is named, or anything is, with a weight above 0. */
export function acceptsGzip(header: string | undefined): boolean {
  if (header === undefined) return false;
  const codings = rangesOf(header);
  const gzip = codings.find(({ name }) => name === 'gzip' || name === 'x-gzip') ?? codings.find(({ name }) => name === '*');
  return gzip !== undefined && gzip.weight > 0;
}
