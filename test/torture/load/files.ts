/**
 * What is loaded while the load is ended again and again: organizations as a batch, persons as transactions that name them by criteria and
 * would be made anew if they were stored again, and lines without ids.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Planned {
  /** Persons, each a file. */
  readonly files: number;
  /** Observations of each. */
  readonly observations: number;
}

/** `Patient 7`: the type, and the identifier that no other of its type has. */
export type Identified = string;

const system = 'urn:lianyi:load';
const types = ['Organization', 'Patient', 'Observation', 'Basic'];

/** What is to be there afterwards. */
export async function writeFiles(folder: string, plan: Planned): Promise<readonly Identified[]> {
  const expected: Identified[] = [];
  const made = (resourceType: string, value: string, more: object) => {
    expected.push(`${resourceType} ${value}`);
    return { resourceType, identifier: [{ system, value }], ...more };
  };
  const write = (name: string, type: string, resources: readonly { readonly resourceType: string }[]) => {
    const entry = resources.map((resource, at) => ({
      fullUrl: `urn:uuid:00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
      resource,
      request: { method: 'POST', url: resource.resourceType },
    }));
    return writeFile(join(folder, name), JSON.stringify({ resourceType: 'Bundle', type, entry }));
  };
  for (let at = 0; at < plan.files; at++) {
    const managingOrganization = { reference: `Organization?identifier=${system}|${at % 5}` };
    const observations = Array.from({ length: plan.observations }, (_, number) => made('Observation', `${at}-${number}`, observation));
    await write(`person-${at}.json`, 'transaction', [made('Patient', `${at}`, { managingOrganization }), ...observations]);
  }
  // After the persons by name, and needed by all of them.
  const organizations = Array.from({ length: 5 }, (_, at) => made('Organization', `${at}`, { name: `${at}` }));
  await write('z-organizations.json', 'batch', organizations);
  const lines = Array.from({ length: 2 * plan.files }, (_, at) => JSON.stringify(made('Basic', `${at}`, { code: { text: 'x' } })));
  await writeFile(join(folder, 'z-lines.ndjson'), lines.join('\n'));
  return expected;
}

const observation = {
  status: 'final',
  code: { text: 'x' },
  subject: { reference: 'urn:uuid:00000000-0000-4000-8000-000000000000' },
  valueInteger: 1,
};

interface Page {
  readonly link: readonly { readonly relation: string; readonly url: string }[];
  readonly entry?: readonly {
    readonly resource: { readonly resourceType: string; readonly identifier: readonly [{ readonly value: string }] };
  }[];
}

/** What is there, page by page. */
export async function identifiersOf(base: string): Promise<readonly Identified[]> {
  const found: Identified[] = [];
  for (const type of types) {
    for (let next: string | undefined = `${base}/${type}?_count=500`; next !== undefined; ) {
      const page = (await (await fetch(next)).json()) as Page;
      for (const { resource } of page.entry ?? []) found.push(`${resource.resourceType} ${resource.identifier[0].value}`);
      next = page.link.find(({ relation }) => relation === 'next')?.url;
    }
  }
  return found;
}
