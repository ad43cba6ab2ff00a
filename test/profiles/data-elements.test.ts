/** The table of data elements: each place in FHIR it names is one, and what it says of the package is there. */
import { describe, expect, test } from '@jest/globals';
import type { NamingSystem } from 'fhir/r4.js';
import { definitions } from '../built-definitions.js';
import { folder, jsonNames, readJson } from './room.js';

interface Target {
  readonly path: string;
  readonly extension?: string;
  readonly identifierSystem?: string;
  readonly codeSystem?: string;
  readonly loinc?: readonly string[];
}

interface Row {
  readonly group: string;
  readonly de: string;
  readonly name: string;
  readonly english: string;
  readonly to: readonly Target[];
  readonly note?: { readonly zh: string; readonly en: string };
  readonly certainty: string;
}

const { rows } = readJson<{ readonly rows: readonly Row[] }>(folder, 'mappings', 'data-elements.json');
const targets = rows.flatMap(({ to }) => to);
const identifierSystems = new Set(
  jsonNames(folder, 'package')
    .filter((name) => name.startsWith('NamingSystem-'))
    .flatMap((name) => readJson<NamingSystem>(folder, 'package', `${name}.json`).uniqueId.map(({ value }) => value)),
);

/** The type at the end of a path of JSON names; undefined where it leads nowhere. */
function typeAt(path: string): string | undefined {
  const [first = '', ...names] = path.split('.');
  const start = definitions.isResourceType(first) ? first : undefined;
  return names.reduce<string | undefined>((type, name) => (type ? definitions.properties(type).get(name)?.type : undefined), start);
}

describe('The table of data elements', () => {
  test('has the elements of WS 445 that were found, each with a place, in both languages', () => {
    expect(rows.length).toBeGreaterThan(130);
    expect(rows.filter(({ to, name, english }) => to.length === 0 || name === '' || english === '')).toEqual([]);
    expect(rows.filter(({ note }) => note !== undefined && (note.zh === '' || note.en === ''))).toEqual([]);
    expect(rows.filter(({ certainty }) => !/^[ABC]$/.test(certainty))).toEqual([]);
  });

  test('leads to elements of R4', () => {
    expect(targets.filter(({ path }) => typeAt(path) === undefined)).toEqual([]);
  });

  test('names extensions that may stand where it says', () => {
    const extended = targets.flatMap(({ path, extension }) => (extension === undefined ? [] : [{ path, extension }]));
    expect(extended.length).toBeGreaterThan(15);
    const wrong = extended.filter(({ path, extension }) => {
      const contexts = definitions.structure(extension)?.context ?? [];
      const place = path.replace(/\.extension$/, '');
      const cut = place.lastIndexOf('.');
      const inType = `${typeAt(place.slice(0, cut))}${place.slice(cut)}`;
      return !contexts.some(({ expression }) => [place, inType, typeAt(place), 'Element'].includes(expression));
    });
    expect(wrong).toEqual([]);
  });

  test('names code systems and identifier systems that are here', () => {
    const systems = targets.flatMap(({ codeSystem }) => codeSystem ?? []).filter((url) => url !== 'http://loinc.org');
    expect([...new Set(systems)].filter((url) => definitions.codeSystem(url) === undefined)).toEqual([]);
    const identifiers = targets.flatMap(({ identifierSystem }) => identifierSystem ?? []);
    expect(identifiers.filter((system) => !identifierSystems.has(system))).toEqual([]);
  });
});
