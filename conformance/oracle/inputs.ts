/** What both validators look at: R4's official examples and those of the Chinese package; their mutants are made in `mutate.ts`. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Input {
  readonly name: string;
  /** The name of the example it was made of. */
  readonly of: string;
  readonly type: string;
  /** `example`, `chinese`, or the name of a mutation. */
  readonly kind: string;
  /** What was changed, for people. */
  readonly change: string;
  readonly text: string;
}

const folder = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'));
/** Runs in dist/conformance/oracle. */
const project = fileURLToPath(new URL('../../../', import.meta.url));
export const chinesePackage = join(project, 'profiles/lianyi.cn.core/package');

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
    .map((path) => inputOf(path, 'example'));
}

export function chineseExamples(): readonly Input[] {
  const from = join(project, 'profiles/lianyi.cn.core/examples');
  const files = readdirSync(from, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
  return files
    .filter((file) => !file.endsWith('expected.json'))
    .sort()
    .map((file) => inputOf(join(from, file), 'chinese'));
}

function inputOf(path: string, kind: string): Input {
  const resource = JSON.parse(readFileSync(path, 'utf8')) as { readonly resourceType: string };
  const name = path.slice(path.lastIndexOf('/') + 1, -'.json'.length);
  return { name, of: name, type: resource.resourceType, kind, change: '', text: JSON.stringify(resource) };
}
