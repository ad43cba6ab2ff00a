/**
 * What both validators look at: R4's official examples, those of the Chinese package and its definitions; mutants of the examples are made
 * in `mutate.ts`.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Input {
  readonly name: string;
  /** The name of the example it was made of. */
  readonly of: string;
  readonly type: string;
  /** `example`, `chinese`, `definition`, or the name of a mutation. */
  readonly kind: string;
  /** What was changed, for people. */
  readonly change: string;
  readonly text: string;
}

const folder = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'));
/** Runs in dist/conformance/oracle. */
const project = fileURLToPath(new URL('../../../', import.meta.url));
const chineseFolder = join(project, 'profiles/lianyi.cn.core');
export const chinesePackage = join(chineseFolder, 'package');
const chineseExamplesFolder = join(chineseFolder, 'examples');

/** There are 4,500 of them against 800 of data: a few of each type stand for all. */
const definition = /^(?:StructureDefinition|SearchParameter|ValueSet|CodeSystem|OperationDefinition|CompartmentDefinition)-/;
const SHARE_OF_DEFINITIONS = 60;
const MOST_BYTES = 60_000;

export function officialExamples(): readonly Input[] {
  const names = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== 'package.json' && !file.startsWith('.'));
  const chosen = names.filter((name, index) => !definition.test(name) || index % SHARE_OF_DEFINITIONS === 0);
  return chosen
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).size <= MOST_BYTES)
    .map((path) => inputOf(path, nameOf(path), 'example'));
}

export function chineseExamples(): readonly Input[] {
  const files = readdirSync(chineseExamplesFolder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
  return files
    .filter((file) => !file.endsWith('expected.json'))
    .sort()
    .map((file) => inputOf(join(chineseExamplesFolder, file), file.slice(0, -'.json'.length), 'chinese'));
}

/** What the Chinese package itself consists of, to be judged as resources. */
export function chineseDefinitions(): readonly Input[] {
  const files = readdirSync(chinesePackage).filter((file) => /^[A-Z]\w+-.*\.json$/.test(file));
  return files.sort().map((file) => inputOf(join(chinesePackage, file), nameOf(file), 'definition'));
}

/** Digest of the package's definitions that decide about an example: no verdict changes while this does not. */
export function digestOfRules(): string {
  const files = readdirSync(chinesePackage).filter((file) => /^(?:StructureDefinition|ValueSet|CodeSystem)-/.test(file));
  const hash = createHash('sha256');
  for (const file of files.sort()) hash.update(`${file}\n`).update(readFileSync(join(chinesePackage, file)));
  return hash.digest('hex');
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1, -'.json'.length);
}

function inputOf(path: string, name: string, kind: string): Input {
  const resource = JSON.parse(readFileSync(path, 'utf8')) as { readonly resourceType: string };
  return { name, of: name, type: resource.resourceType, kind, change: '', text: JSON.stringify(resource) };
}
