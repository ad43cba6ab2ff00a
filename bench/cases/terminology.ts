/** What is asked of a code system of many diagnoses. Every request asks of another diagnosis, chosen by a fixed rule that looks like chance. */
import { type Diagnosis, diagnosis, nameOf, pinyinOf } from '../diagnoses.js';
import { type Case, firstWrong, get, parsed } from './case.js';

export const system = 'https://example.org/fhir/CodeSystem/bench-diagnoses';
export const valueSet = 'https://example.org/fhir/ValueSet/bench-diagnoses';
export const target = 'https://example.org/fhir/CodeSystem/bench-other';
export const mapUrl = 'https://example.org/fhir/ConceptMap/bench';

/** Diagnoses that the map has. */
export const MAPPED = 1000;
/** Requests whose answers are checked. */
const CHECKED = 20;

interface Parameters {
  readonly parameter?: readonly { readonly name: string; readonly [value: string]: unknown }[];
}

interface Expansion {
  readonly expansion?: { readonly total?: number; readonly contains?: readonly { readonly code: string; readonly display: string }[] };
}

const chosen = (n: number, count: number): number => (n * 48_271 + 11) % count;

const path = (operation: string, parameters: Readonly<Record<string, string>>) => get(`${operation}?${new URLSearchParams(parameters)}`);

const valueIn = (body: unknown, name: string, type: string) =>
  (body as Parameters | undefined)?.parameter?.find((one) => one.name === name)?.[type];

export function terminologyCases(count: number): { readonly expand: readonly Case[]; readonly codes: readonly Case[] } {
  const any = (n: number) => diagnosis(chosen(n, count));
  const names = Array.from({ length: count }, (_, n) => nameOf(diagnosis(n)));
  return {
    expand: [
      expandCase(
        '$expand, words',
        count,
        (one) => nameOf(one).slice(0, 5),
        (filter) => names.filter((name) => name.includes(filter)).length,
      ),
      expandCase('$expand, pinyin', count, (one) => pinyinOf(one).slice(0, 14)),
      expandCase('$expand, initials', count, initialsOf),
    ],
    codes: [
      {
        name: '$validate-code',
        status: 200,
        request: (n) => path('CodeSystem/$validate-code', { url: system, code: any(n).code }),
        wrong: async (ask) =>
          (await firstWrong(
            ask,
            requests((n) => path('CodeSystem/$validate-code', { url: system, code: any(n).code })),
            200,
            (answer) => (valueIn(parsed(answer), 'result', 'valueBoolean') === true ? undefined : 'a right code was not valid'),
          )) ??
          firstWrong(
            ask,
            requests((n) => path('CodeSystem/$validate-code', { url: system, code: `${any(n).code}-` })),
            200,
            (answer) => (valueIn(parsed(answer), 'result', 'valueBoolean') === false ? undefined : 'a wrong code was valid'),
          ),
      },
      checked(
        '$validate-code in the value set',
        (n) => path('ValueSet/$validate-code', { url: valueSet, system, code: any(n).code }),
        (body) => (valueIn(body, 'result', 'valueBoolean') === true ? undefined : 'a right code was not in it'),
      ),
      checked(
        '$lookup',
        (n) => path('CodeSystem/$lookup', { system, code: any(n).code }),
        (body, n) => (valueIn(body, 'display', 'valueString') === nameOf(any(n)) ? undefined : `not ${nameOf(any(n))}`),
      ),
      checked(
        '$subsumes',
        (n) => path('CodeSystem/$subsumes', { system, codeA: any(n).category, codeB: any(n).code }),
        (body, n) => {
          const expected = any(n).category === any(n).code ? 'equivalent' : 'subsumes';
          return valueIn(body, 'outcome', 'valueCode') === expected ? undefined : `not ${expected}`;
        },
      ),
      checked(
        '$translate',
        (n) => path('ConceptMap/$translate', { url: mapUrl, system, code: diagnosis(chosen(n, MAPPED)).code, targetsystem: target }),
        (body, n) =>
          JSON.stringify(body).includes(`"T-${diagnosis(chosen(n, MAPPED)).code}"`)
            ? undefined
            : 'the code that the map names is not there',
      ),
    ],
  };
}

const requests = (request: Case['request']) => Array.from({ length: CHECKED }, (_, n) => request(n));

function checked(name: string, request: Case['request'], judge: (body: unknown, n: number) => string | undefined): Case {
  return { name, status: 200, request, wrong: (ask) => firstWrong(ask, requests(request), 200, (answer, n) => judge(parsed(answer), n)) };
}

function initialsOf({ words }: Diagnosis): string {
  return words
    .flatMap(({ text, pinyin }) => syllables(pinyin, Array.from(text).length))
    .map((one) => one.slice(0, 1))
    .join('')
    .slice(0, 6);
}

/** `jixing` of two characters is ji and xing: the one way to part it into so many. */
function syllables(pinyin: string, count: number): readonly string[] {
  const parted = new RegExp(
    `^${'((?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?[aeiouv]{1,3}(?:ng|n(?![aeiouv])|r(?![aeiouv]))?)'.repeat(count)}$`,
  ).exec(pinyin);
  return parted === null ? [pinyin] : parted.slice(1);
}

/** `totalOf`: how many should be found, where that is told by the names alone. */
function expandCase(name: string, count: number, typed: (one: Diagnosis) => string, totalOf?: (filter: string) => number): Case {
  const of = (n: number) => diagnosis(chosen(n, count));
  const request: Case['request'] = (n) => path('ValueSet/$expand', { url: valueSet, filter: typed(of(n)), count: '20' });
  return {
    name,
    status: 200,
    request,
    async wrong(ask) {
      const asked = requests((n) => path('ValueSet/$expand', { url: valueSet, filter: typed(of(n)), count: '1000' }));
      return firstWrong(ask, asked, 200, (answer, n) => {
        const { total = 0, contains = [] } = (parsed(answer) as Expansion | undefined)?.expansion ?? {};
        const filter = typed(of(n));
        const expected = totalOf?.(filter);
        if (expected !== undefined && total !== expected) return `${filter}: ${total} instead of ${expected}`;
        const isThere = total > 1000 || contains.some(({ code }) => code === of(n).code);
        return isThere ? undefined : `${filter} does not find ${of(n).code} ${nameOf(of(n))}`;
      });
    },
  };
}
