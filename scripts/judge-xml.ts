/**
 * Has another validator judge our XML: a sample of R4's official examples as they are and as the XML that we write of them; what is found
 * in the one must be found in the other. Needs a command that takes `validate FOLDER` and prints a line of JSON for each file,
 * `{"file", "issues": [{"severity", "messageId", "expression"}]}`, such as a wrapper of HL7's validator; so it is no part of the tests.
 *
 *     node dist/scripts/judge-xml.js COMMAND [ARGUMENT...]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadExamples, readExample } from '../conformance/examples/example.js';
import { loadDefinitions } from '../src/definitions/load.js';
import type { JsonObject } from '../src/model/json.js';
import { writeXml } from '../src/xml/write-xml.js';

interface Line {
  readonly file: string;
  readonly failure?: string;
  readonly issues?: readonly { readonly severity: string; readonly messageId?: string; readonly expression?: string }[];
}

const LARGEST = 60_000;

/** Every other type once, and up to ten of each kind that XML writes differently from JSON. */
function sample(): ReadonlyMap<string, JsonObject> {
  const kinds: readonly RegExp[] = [
    /"_\w+"\s*:/,
    /"contained"\s*:/,
    /"resourceType"\s*:\s*"Bundle"/,
    /&#|<!--|&quot;/,
    /[eE][+-]\d|\.\d*0[,\s}]/,
  ];
  const left = kinds.map(() => 10);
  const types = new Set<string>();
  const chosen = new Map<string, JsonObject>();
  for (const { name, expected } of loadExamples()) {
    if (expected.kind !== 'kept') continue;
    const { text, resource } = readExample(name);
    if (text.length > LARGEST) continue;
    const type = String(resource.resourceType);
    const isNew = !types.has(type);
    types.add(type);
    const kind = kinds.findIndex((pattern, index) => (left[index] ?? 0) > 0 && pattern.test(text.toString()));
    if (kind >= 0) left[kind] = (left[kind] ?? 0) - 1;
    if (kind >= 0 || (isNew && types.size % 2 === 0)) chosen.set(name, resource);
  }
  return chosen;
}

/** What was found in each file, sorted, by its name. */
function judge(command: readonly string[], folder: string): ReadonlyMap<string, string> {
  const [program = '', ...rest] = command;
  const { stdout, status } = spawnSync(program, [...rest, 'validate', folder], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}`);
  const lines = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
  return new Map(lines.map(({ file, failure, issues = [] }) => [basename(file), failure ?? findings(issues).join('\n')]));
}

function findings(issues: NonNullable<Line['issues']>): readonly string[] {
  return issues.map(({ severity, messageId, expression }) => `${severity} ${messageId} ${expression}`).sort();
}

const command = process.argv.slice(2);
if (command.length === 0) throw new Error('Which command validates? node dist/scripts/judge-xml.js COMMAND [ARGUMENT...]');
const types = loadDefinitions(fileURLToPath(new URL('../definitions', import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'lianyi-judge-'));
const chosen = sample();
try {
  for (const [name, resource] of chosen) {
    writeFileSync(join(folder, `${name}.json`), readExample(name).text);
    writeFileSync(join(folder, `${name}.xml`), writeXml(types, resource));
  }
  const found = judge(command, folder);
  const names = [...chosen.keys()];
  const differing = names.filter(
    (name) => found.get(`${name}.json`) !== found.get(`${name}.xml`) || found.get(`${name}.xml`) === undefined,
  );
  for (const name of differing) {
    process.stdout.write(`${name}\n  as JSON:\n${found.get(`${name}.json`)}\n  as XML:\n${found.get(`${name}.xml`)}\n`);
  }
  const kinds = new Set([...chosen.values()].map(({ resourceType }) => resourceType)).size;
  process.stdout.write(`${names.length} examples of ${kinds} types, ${names.length - differing.length} judged alike in JSON and XML\n`);
  process.exitCode = differing.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
