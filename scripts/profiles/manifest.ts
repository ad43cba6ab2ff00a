/** The package.json of a profile package, and what every resource made from it says about its publisher. Source: FHIR NPM package specification */

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly canonical: string;
  readonly fhirVersions: readonly string[];
  /** yyyymmddhhmmss */
  readonly date: string;
  readonly author: string;
  readonly license: string;
  /** Name → version of the packages it is built on. */
  readonly dependencies: Readonly<Record<string, string>>;
}

export interface Head {
  readonly status: 'active';
  readonly experimental: false;
  readonly date: string;
  readonly publisher: string;
}

export function headOf(manifest: Manifest): Head {
  return { status: 'active', experimental: false, date: dateOf(manifest), publisher: manifest.author };
}

export function dateOf(manifest: Manifest): string {
  return manifest.date.replace(/^(\d{4})(\d{2})(\d{2}).*$/, '$1-$2-$3');
}
