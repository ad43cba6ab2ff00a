/**
 * The names under which FHIR's formats go, the older and the general ones too.
 * Source: R4 http.html#mime-type, http.html#version-parameter
 */

/** What a resource is written in. */
export type Syntax = 'json' | 'xml';

/** How an answer is written, and under which name. */
export interface Form {
  readonly syntax: Syntax;
  /** As the header field has it. */
  readonly contentType: string;
}

const names: Readonly<Record<Syntax, readonly string[]>> = {
  json: ['application/fhir+json', 'application/json', 'text/json', 'application/json+fhir'],
  xml: ['application/fhir+xml', 'application/xml', 'text/xml', 'application/xml+fhir'],
};

const forms: ReadonlyMap<string, Form> = new Map(
  (['json', 'xml'] as const).flatMap((syntax) =>
    names[syntax].map((name) => [name, { syntax, contentType: `${name}; charset=utf-8` }] as const),
  ),
);

/** Who asks for a general name gets that name back. `mediaType` is in lower case and without parameters. */
export function formOf(mediaType: string): Form | undefined {
  return forms.get(mediaType);
}

export const jsonForm: Form = { syntax: 'json', contentType: 'application/fhir+json; charset=utf-8' };
export const xmlForm: Form = { syntax: 'xml', contentType: 'application/fhir+xml; charset=utf-8' };

/** FHIR's own, as opposed to JSON and XML of any kind. */
export function isFhirType(mediaType: string): boolean {
  return mediaType.startsWith('application/') && mediaType.includes('fhir') && forms.has(mediaType);
}

/** Source: R4 http.html#version-parameter */
export function isOurVersion(version: string | undefined): boolean {
  return version === undefined || /^"?4\.0(?:\.\d+)?"?$/.test(version);
}

export interface MediaType {
  /** In lower case. */
  readonly name: string;
  /** As they were sent; their names in lower case. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

/** `application/fhir+json; charset=utf-8` */
export function parseMediaType(text: string): MediaType {
  const [name = '', ...rest] = text.split(';');
  const parameters = rest.map((part) => {
    const [key = '', value = ''] = part.split('=', 2);
    return [key.trim().toLowerCase(), value.trim()] as const;
  });
  return { name: name.trim().toLowerCase(), parameters };
}

export function parameterOf({ parameters }: MediaType, wanted: string): string | undefined {
  return parameters.find(([name]) => name === wanted)?.[1];
}
