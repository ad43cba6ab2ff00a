/** The numbers of a run and its most frequent differences, for people. */

import type { Agreement, Compared } from './compare.js';
import type { Differences } from './differences.js';
import type { Found } from './verdict.js';

const MOST_KINDS = 60;
const SAMPLES = 3;

export function summaryOf(all: readonly Compared[], differences: Differences): string {
  const groups: readonly (readonly [string, (one: Compared) => boolean])[] = [
    ['official examples', ({ input }) => input.kind === 'example'],
    ['Chinese examples', ({ input }) => input.kind === 'chinese'],
    ["the package's definitions", ({ input }) => input.kind === 'definition'],
    ['mutants', ({ input }) => input.kind.includes('/')],
    ['all', () => true],
  ];
  const rows = groups
    .map(([name, is]) => [name, all.filter(is)] as const)
    .filter(([, some]) => some.length > 0)
    .map(([name, some]) => row(name, some));
  return [
    'what                       number  both refuse   same verdict           same places            (in brackets: without the listed kinds in which R4 is on our side or leaves it open)',
    ...rows,
    '',
    ...byMutation(all),
    '',
    ...listed(all, differences),
    '',
    ...unlisted(all),
    '',
  ].join('\n');
}

function row(name: string, all: readonly Compared[]): string {
  const refused = all.filter(({ raw }) => raw.places !== undefined).length;
  const cell = (pick: (agreement: Agreement) => boolean | undefined) =>
    `${percent(all.map(({ raw }) => pick(raw)))} (${percent(all.map(({ judged }) => pick(judged)))})`.padEnd(22);
  return `${name.padEnd(26)} ${String(all.length).padStart(6)}  ${String(refused).padStart(11)}   ${cell(({ verdict }) => verdict)} ${cell(({ places }) => places)}`;
}

function percent(found: readonly (boolean | undefined)[]): string {
  const asked = found.filter((one) => one !== undefined);
  return asked.length === 0 ? '-' : `${((100 * asked.filter(Boolean).length) / asked.length).toFixed(2)} %`;
}

function byMutation(all: readonly Compared[]): readonly string[] {
  const group = ({ input }: Compared) => input.kind.slice(0, input.kind.indexOf('/') + 1);
  const names = new Set(all.map(group));
  names.delete('');
  return [...names].map((name) =>
    row(
      `  ${name}`,
      all.filter((one) => group(one) === name),
    ),
  );
}

function listed(all: readonly Compared[], differences: Differences): readonly string[] {
  return [
    'Listed kinds of difference, how often, who is right by R4:',
    ...differences.map(({ difference: { kind, right } }) => {
      const count = all.filter(({ kinds }) => kinds.has(kind)).length;
      return `${String(count).padStart(6)}  ${{ own: 'we', hl7: 'HL7', open: 'open' }[right].padEnd(4)}  ${kind}`;
    }),
  ];
}

/** How many resources show a kind, and some of them. */
function unlisted(all: readonly Compared[]): readonly string[] {
  const kinds = new Map<string, Map<string, string>>();
  for (const one of all) {
    for (const [side, errors] of [
      ['only HL7', one.left.hl7],
      ['only we ', one.left.own],
    ] as const) {
      for (const found of errors) {
        const name = `${side}  ${found.id}`;
        const where = kinds.get(name) ?? new Map<string, string>();
        if (!where.has(one.input.name)) where.set(one.input.name, shown(one, found));
        kinds.set(name, where);
      }
    }
  }
  const sorted = [...kinds].sort(([, a], [, b]) => b.size - a.size);
  return [
    `Not listed: ${sorted.length} kinds`,
    ...sorted
      .slice(0, MOST_KINDS)
      .flatMap(([name, where]) => [`${String(where.size).padStart(6)}  ${name}`, ...[...where.values()].slice(0, SAMPLES)]),
  ];
}

function shown({ input, hl7, raw }: Compared, { place, text }: Found): string {
  const verdict = raw.verdict ? '' : hl7.length > 0 ? ' (only HL7 refuses it)' : ' (only we refuse it)';
  const change = input.change === '' ? '' : ` [${input.kind}] ${input.change}`;
  return `          ${input.of}${change}${verdict}\n            ${place}: ${text.slice(0, 160)}`;
}
