/** `npm run bench -- extract`: what a resource is found by, made with all parameters of its type, beside `JSON.parse` of the same text. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { parseJson } from '../src/model/parse-json.js';
import type { Resource } from '../src/model/resource.js';
import { openSearch } from './load.js';
import { amount } from './options.js';
import { person } from './people.js';
import { type Column, figure, line, out, titles } from './table.js';
import { inTurn, type Timing } from './validate/in-turn.js';

const columns: readonly Column[] = [
  { title: '', width: 34 },
  { title: 'entries', width: 8 },
  { title: 'µs each', width: 10 },
  { title: 'per second', width: 12 },
  { title: '× JSON.parse', width: 14 },
];

export const extractCommand = (): Command =>
  new Command('extract')
    .description('index entries of one resource, by all parameters of its type, beside JSON.parse of the same text')
    .addOption(amount('--rounds <n>', 'how often each has its turn; the median counts', 7))
    .addOption(amount('--milliseconds <n>', 'length of a turn; each has up to 10,000 calls or two seconds before, to warm up', 200))
    .addHelpText('after', '\nA patient comes with and without its names: folding them and reading them as pinyin is most of the work.\n')
    .action(measure);

const examples = fileURLToPath(new URL('../../node_modules/hl7.fhir.r4.examples/', import.meta.url));

function example(name: string): object {
  return JSON.parse(readFileSync(`${examples}${name}.json`, 'utf8')) as object;
}

function subjects(): readonly (readonly [string, object])[] {
  const { patient, observations } = person(1);
  const { name: _, ...nameless } = patient;
  return [
    ['Patient, Chinese', patient],
    ['Patient, Chinese, without names', nameless],
    ['Patient', example('Patient-example')],
    ['Encounter', example('Encounter-f001')],
    ...observations.slice(0, 1).map((one) => ['Observation', one] as const),
    ['Observation, blood pressure', example('Observation-blood-pressure')],
    ['ImagingStudy', example('ImagingStudy-example')],
    ['MedicationRequest', example('MedicationRequest-medrx002')],
  ];
}

function measure(timing: Timing): void {
  const search = openSearch();
  out(`\n${titles(columns)}`);
  for (const [name, sent] of subjects()) {
    const text = JSON.stringify(sent);
    const resource = parseJson(text) as Resource;
    const { entries } = search.extract(resource);
    const [made = 0, parsed = 1] = inTurn([() => void search.extract(resource), () => void JSON.parse(text)], timing);
    out(line(columns, [name, String(entries.length), figure(made), figure(1_000_000 / made), figure(made / parsed)]));
  }
}
