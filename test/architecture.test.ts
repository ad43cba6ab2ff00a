/** The house as it is meant: who may import whom is data, and anything else is an error. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseSync } from '@swc/core';

/** Room → the rooms it may import. A room may always import itself. Paths are below src/. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  model: [],
  'store/port': ['model', 'store/state', 'store/audit-log'],
  'store/state': [],
  'store/audit-log': [],
  'store/audit-sheet': ['store/audit-log'],
  // What others tell the audit of.
  'audit/event': [],
  audit: ['model', 'definitions', 'access', 'search', 'store/port', 'store/audit-log', 'store/audit-sheet', 'audit/event'],
  definitions: ['model'],
  fhirpath: ['model', 'definitions'],
  // Patterns of value sets are read as those of expressions are.
  terminology: ['model', 'definitions', 'fhirpath'],
  uploads: ['model', 'definitions', 'fhirpath', 'terminology', 'validation', 'search', 'store/port', 'store/state', 'store/concept-blocks'],
  validation: ['model', 'definitions', 'fhirpath', 'terminology'],
  access: ['model', 'definitions', 'store/port'],
  // The authorization server: accounts, clients, pages, and the verification of tokens.
  // The one way to other servers.
  outbound: [],
  auth: ['model', 'definitions', 'store/state', 'access', 'audit/event'],
  search: ['model', 'definitions', 'fhirpath', 'terminology', 'access', 'store/port'],
  // Above search, which knows nothing of what is stored already: it reads that, and has it found by what search makes of it.
  indexing: ['model', 'definitions', 'search', 'store/port'],
  interactions: ['model', 'definitions', 'fhirpath', 'access', 'search', 'validation', 'uploads', 'store/port'],
  operations: ['model', 'definitions', 'terminology', 'access', 'search', 'validation', 'interactions', 'store/port'],
  xml: ['model', 'definitions'],
  http: ['model', 'definitions', 'access', 'interactions', 'operations', 'xml'],
  'store/with-definitions': ['model', 'store/port', 'store/sort-order'],
  'store/sort-order': ['store/port', 'store/code-points'],
  'store/code-points': [],
  'store/journal': ['store/audit-log', 'store/audit-sheet', 'store/code-points'],
  'store/walk': ['store/port'],
  // Large tables of concepts, packed beside the resources.
  'store/over-outages': ['store/port'],
  'store/concept-blocks': ['store/state', 'store/over-outages'],
  'store/concept-sweep': ['store/port', 'store/state', 'store/concept-blocks', 'store/over-outages'],
  'store/digest': ['store/port', 'store/walk'],
  'store/copy-beside': ['store/port', 'store/state', 'store/audit-log', 'store/audit-sheet'],
  'store/copy': ['model', 'store/port', 'store/walk', 'store/digest', 'store/copy-beside'],
  'store/open': ['store/port', 'store/sqlite', 'store/mongo'],
  'store/sqlite': ['model', 'store/port', 'store/state', 'store/audit-log', 'store/journal'],
  'store/mongo': ['model', 'store/port', 'store/state', 'store/audit-log', 'store/journal'],
  config: ['model', 'setting', 'access-settings'],
  setting: [],
  'access-settings': ['setting'],
  software: [],
  'server-options': ['*'],
  smart: ['*'],
  'secrets-key': ['auth', 'config', 'store/state'],
  'smart-security': ['model'],
  'patient-records': ['*'],
  assemble: ['*'],
  audited: ['*'],
  'consents-in-use': ['model', 'access', 'store/port'],
  'load-smart': ['smart'],
  server: ['*'],
  unserved: ['*'],
  'lone-validator': ['*'],
  'indexed-search': ['*'],
  cli: [
    'access',
    'model',
    'definitions',
    'fhirpath',
    'terminology',
    'validation',
    'xml',
    'access-settings',
    'config',
    'audit',
    'audit/event',
    'server',
    'secrets-key',
    'server-options',
    'software',
    'unserved',
    'lone-validator',
    'auth',
    'store/port',
    'store/state',
    'store/audit-log',
    'store/open',
    'store/copy',
    'store/digest',
    'store/concept-blocks',
    'store/concept-sweep',
    'store/over-outages',
  ],
};

/** Names that may stand in few places only. */
const onlyIn: readonly { readonly word: RegExp; readonly places: readonly string[] }[] = [
  { word: /^(mongodb|@photostructure\/sqlite)$/, places: ['store/mongo', 'store/sqlite'] },
  { word: /^express$/, places: ['http', 'auth'] },
];

const root = join(import.meta.dirname, '../../src');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));

interface Import {
  readonly from: string;
  readonly to: string;
}

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const late = [...text.matchAll(/\bimport\('([^']+)'\)/g)].flatMap(([, path]) => (path === undefined ? [] : [path]));
  const module = parseSync(text, { syntax: 'typescript' });
  const early = module.body.flatMap((item) => {
    if (item.type === 'ImportDeclaration') return [item.source.value];
    if ((item.type === 'ExportNamedDeclaration' || item.type === 'ExportAllDeclaration') && item.source) return [item.source.value];
    return [];
  });
  return [...early, ...late];
}

function roomOf(file: string): string {
  const path = file.replace(/\.(ts|js)$/, '');
  const room = Object.keys(mayImport).find((name) => path === name || path.startsWith(`${name}/`));
  if (room === undefined) throw new Error(`${file} stands in no room of the table`);
  return room;
}

const inside: Import[] = [];
const outside: Import[] = [];
for (const file of files) {
  for (const to of importsOf(file)) {
    if (to.startsWith('.')) inside.push({ from: file, to: normalize(join(dirname(file), to)).replace(/\.js$/, '.ts') });
    else outside.push({ from: file, to });
  }
}

describe('the rooms', () => {
  test('there are files to judge', () => {
    expect(files.length).toBeGreaterThan(30);
    expect(inside.length).toBeGreaterThan(60);
  });

  test('import only what the table allows', () => {
    const wrong = inside.filter(({ from, to }) => {
      const [here, there] = [roomOf(from), roomOf(to)];
      const allowed = mayImport[here] ?? [];
      return here !== there && !allowed.includes('*') && !allowed.includes(there);
    });
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  test('import nothing in a circle', () => {
    const next = new Map<string, string[]>();
    for (const { from, to } of inside) next.set(from, [...(next.get(from) ?? []), to]);
    expect(firstCircle(next)).toEqual([]);
  });

  test('keep packages of one room in that room', () => {
    const wrong = outside.filter(({ from, to }) => onlyIn.some(({ word, places }) => word.test(to) && !places.includes(roomOf(from))));
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  test('have no barrels', () => {
    expect(files.filter((file) => /(^|\/)index\.ts$/.test(file))).toEqual([]);
  });

  test('hold only files that something uses', () => {
    // The command, what those who embed the server hand to `accessOf`, and what the build judges packages by.
    const entries = ['cli/main.ts', 'access/compartment-access.ts', 'fhirpath/check-constraints.ts'];
    const used = new Set(inside.map(({ to }) => to));
    const texts = files.map((file) => readFileSync(join(root, file), 'utf8'));
    const asWorker = (file: string) =>
      texts.some((text) => text.includes(`./${relative('.', file).split('/').pop()?.replace(/\.ts$/, '.js')}'`));
    expect(files.filter((file) => !used.has(file) && !entries.includes(file) && !asWorker(file))).toEqual([]);
  });
});

function firstCircle(next: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const to of next.get(file) ?? []) {
      const circle = visit(to, [...path, file]);
      if (circle.length > 0) return circle;
    }
    done.add(file);
    return [];
  };
  for (const file of next.keys()) {
    const circle = visit(file, []);
    if (circle.length > 0) return circle;
  }
  return [];
}
