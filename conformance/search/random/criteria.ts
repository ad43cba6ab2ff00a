/** A random criterion on one parameter, its values mostly taken from what there is. Source: R4 search.html#modifiers, #prefix, #escaping, #combining */
import type { Random } from '../../oracle/random.js';
import {
  type AskedToken,
  amountMatches,
  linkMatches,
  type Prefix,
  prefixes,
  spanMatches,
  textMatches,
  tokenMatches,
  tokenTextMatches,
  type Unit,
  uriMatches,
} from './match.js';
import type { Parameter } from './parameters.js';
import type { Criterion } from './question.js';
import { type Address, type Amount, type Link, type Plain, type Span, span, type Text, type Token, type Value } from './values.js';
import { folded } from './words.js';
import type { World } from './world.js';

/** One alternative: how it is written, and which values it fits. */
interface Alternative<V> {
  readonly text: string;
  readonly fits: (value: V) => boolean;
}

export function valueQuestion(random: Random, world: World, type: string, parameter: Parameter): Criterion {
  if (random.number(10) === 0) return missing(random, parameter);
  const known = world.ofType(type).flatMap((resource) => parameter.of(resource));
  const like = random.choose(known);
  if (like === undefined) return missing(random, parameter);
  switch (like.kind) {
    case 'string':
      return stringQuestion(random, parameter, known as readonly Text[]);
    case 'token':
      return tokenQuestion(random, parameter, known as readonly Token[]);
    case 'date':
      return joined(
        parameter,
        '',
        two(random, () => dateAlternative(random)),
      );
    case 'number':
    case 'quantity':
      return joined(
        parameter,
        '',
        two(random, () => amountAlternative(random, like)),
      );
    case 'reference':
      return referenceQuestion(random, parameter, known as readonly Link[]);
    case 'uri':
      return uriQuestion(random, parameter, known as readonly Address[]);
  }
}

function missing(random: Random, parameter: Parameter): Criterion {
  const wanted = random.number(2) === 0;
  return {
    name: `${parameter.code}:missing`,
    value: String(wanted),
    holds: (resource) => (parameter.of(resource).length === 0) === wanted,
  };
}

/** Alternatives parted by commas; any value that fits any of them will do. */
function joined<V extends Value>(
  parameter: Parameter,
  modifier: string,
  alternatives: readonly Alternative<V>[],
  negated = false,
): Criterion {
  const holds = (resource: Plain) => parameter.of(resource).some((value) => alternatives.some(({ fits }) => fits(value as V))) !== negated;
  return { name: `${parameter.code}${modifier}`, value: alternatives.map(({ text }) => text).join(','), holds };
}

function two<T>(random: Random, make: () => T): readonly T[] {
  return random.number(4) === 0 ? [make(), make()] : [make()];
}

export function escaped(text: string): string {
  return text.replace(/[\\,|$]/g, (one) => `\\${one}`);
}

function stringQuestion(random: Random, parameter: Parameter, known: readonly Text[]): Criterion {
  const how = random.choose(['begins', 'begins', 'begins', 'exact', 'contains'] as const) ?? 'begins';
  const alternative = (): Alternative<Text> => {
    const value = random.choose(known);
    const text =
      how === 'begins'
        ? beginning(random, random.choose(value?.keys ?? []) ?? '')
        : part(random, random.choose(value?.raw ?? []) ?? '', how);
    return { text: escaped(text), fits: (one) => textMatches(one, how, text) };
  };
  return joined(parameter, how === 'begins' ? '' : `:${how}`, two(random, alternative));
}

/** At least two letters of Latin script, so that pinyin and initials do not meet by chance what the tables here do not know. */
function beginning(random: Random, key: string): string {
  const letters = [...key];
  const least = /^[a-z]/.test(key) ? Math.min(letters.length, 2) : 1;
  return letters
    .slice(0, least + random.number(letters.length - least + 1))
    .join('')
    .trim();
}

function part(random: Random, raw: string, how: 'exact' | 'contains'): string {
  if (how === 'exact') return random.number(3) === 0 ? raw.toLowerCase() : raw;
  const letters = [...raw];
  const from = random.number(letters.length);
  const inside = letters.slice(from, from + 1 + random.number(4)).join('');
  return folded(inside) === '' ? raw : inside;
}

function tokenQuestion(random: Random, parameter: Parameter, known: readonly Token[]): Criterion {
  const withText = known.filter(({ texts }) => texts.length > 0);
  if (withText.length > 0 && random.number(5) === 0) {
    const alternative = (): Alternative<Token> => {
      const text = [...(random.choose(random.choose(withText)?.texts ?? []) ?? '')].slice(0, 2 + random.number(5)).join('');
      return { text: escaped(text), fits: (one) => tokenTextMatches(one, text) };
    };
    return joined(parameter, ':text', two(random, alternative));
  }
  const typed = known.filter(({ types = [], code }) => types.length > 0 && code !== undefined);
  if (typed.length > 0 && random.number(4) === 0) return ofType(random, parameter, typed);
  const negated = random.number(5) === 0;
  const coded = known.filter(({ code }) => code !== undefined);
  const alternative = (): Alternative<Token> => tokenAlternative(random, random.choose(coded) ?? { kind: 'token', code: 'c1', texts: [] });
  return joined(parameter, negated ? ':not' : '', two(random, alternative), negated);
}

function tokenAlternative(random: Random, token: Token): Alternative<Token> {
  const asked = askedToken(random, token);
  const left = asked.system === undefined ? '' : `${escaped(asked.system ?? '')}|`;
  return { text: left + escaped(asked.code ?? ''), fits: (one) => tokenMatches(one, asked) };
}

/** `code`, `|code`, `system|code` or `system|`. */
function askedToken(random: Random, { system, code, bare }: Token): AskedToken {
  const form = random.number(4);
  if (bare === true || form === 0) return { code };
  if (system === undefined) return { system: null, code };
  return form === 1 ? { system } : { system, code };
}

/** Source: R4 search.html#token, `:of-type` */
function ofType(random: Random, parameter: Parameter, typed: readonly Token[]): Criterion {
  const [value, other] = [random.choose(typed), random.choose(typed)];
  const type = other?.types?.[0];
  const text = `${escaped(type?.system ?? '')}|${escaped(type?.code ?? '')}|${escaped(value?.code ?? '')}`;
  const fits = (one: Token) =>
    one.code === value?.code && (one.types ?? []).some(({ system, code }) => system === type?.system && code === type?.code);
  return joined(parameter, ':of-type', [{ text, fits }]);
}

const moments: readonly string[] = [
  '2019',
  '2020',
  '2021',
  '1990',
  '2020-01',
  '2020-02',
  '2019-12',
  '1980-06',
  '2020-01-14',
  '2019-12-28',
  '2021-02-15',
  '1990-06-15',
];
const times: readonly string[] = ['T10:30:00Z', 'T00:00:00+08:00', 'T16:00:00.500Z', 'T23:59+08:00', 'T10:30:00-05:00'];

function dateAlternative(random: Random): Alternative<Span> {
  const [prefix, written] = prefixed(random);
  const moment = random.choose(moments) ?? '2020';
  const text = moment.length === 10 && random.number(2) === 0 ? moment + (random.choose(times) ?? '') : moment;
  return { text: written + text, fits: (value) => spanMatches(value, prefix, span(text)) };
}

function prefixed(random: Random): readonly [Prefix, string] {
  const prefix = random.choose(prefixes) ?? 'eq';
  return [prefix, prefix === 'eq' && random.number(2) === 0 ? '' : prefix];
}

const numbers: Readonly<Record<'number' | 'quantity', readonly string[]>> = {
  number: ['0.8', '0.80', '0.1', '0.15', '1', '1.0', '8e-1', '0', '2e-1'],
  quantity: [
    '5.4',
    '5.40',
    '5',
    '1',
    '1.0',
    '1000',
    '1e3',
    '0.0054',
    '5.4e-3',
    '-2.5',
    '50',
    '60',
    '7',
    '90',
    '40',
    '480',
    '1.5',
    '0.5',
    '54',
  ],
};

function amountAlternative(random: Random, like: Amount): Alternative<Amount> {
  const [prefix, written] = prefixed(random);
  const number = random.choose(numbers[like.kind]) ?? '1';
  const { system, code, unit } = like;
  const forms: Unit[] =
    like.kind === 'number'
      ? [undefined]
      : [
          undefined,
          ...(system === undefined || code === undefined
            ? []
            : [
                { system, code },
                { system, code: sameKind[code] ?? code },
              ]),
          ...(code === undefined && unit === undefined ? [] : [{ either: code ?? unit ?? '' }]),
        ];
  const asked = random.choose(forms);
  const behind = asked === undefined ? '' : 'either' in asked ? `||${asked.either}` : `|${asked.system}|${asked.code}`;
  return { text: `${written}${number}${behind}`, fits: (value) => amountMatches(value, prefix, number, asked) };
}

const sameKind: Readonly<Record<string, string>> = { mg: 'g', g: 'mg', kg: 'g', min: 'h', h: 'min', a: 'mo', mo: 'a' };

function referenceQuestion(random: Random, parameter: Parameter, known: readonly Link[]): Criterion {
  const identified = known.filter(({ identifier }) => identifier !== undefined);
  if (identified.length > 0 && random.number(5) === 0) {
    const { identifier } = random.choose(identified) ?? {};
    const asked = tokenAlternative(random, identifier ?? { kind: 'token', code: 'X-9', texts: [] });
    const fits = (link: Link) => link.identifier !== undefined && asked.fits(link.identifier);
    return joined(parameter, ':identifier', [{ text: asked.text, fits }]);
  }
  const targets = known.flatMap(({ target }) => (target === undefined ? [] : [target]));
  const [, typeOf = '', idOf = ''] = /^([A-Za-z]+)\/([^/]+)$/.exec(random.choose(targets) ?? '') ?? [];
  if (idOf !== '' && parameter.targets?.includes(typeOf) === true && random.number(4) === 0) {
    return joined(parameter, `:${typeOf}`, [{ text: idOf, fits: (link: Link) => linkMatches(link, `${typeOf}/${idOf}`) }]);
  }
  const alternative = (): Alternative<Link> => {
    const target = random.choose(targets) ?? 'Patient/r-nobody';
    const alone = !target.startsWith('http') && random.number(3) === 0;
    const asked = alone ? (target.split('/')[1] ?? '') : target;
    return { text: asked, fits: (link) => linkMatches(link, asked) };
  };
  return joined(parameter, '', two(random, alternative));
}

function uriQuestion(random: Random, parameter: Parameter, known: readonly Address[]): Criterion {
  const how = random.choose(['equal', 'below', 'above'] as const) ?? 'equal';
  const alternative = (): Alternative<Address> => {
    const { value } = random.choose(known.filter((one) => how === 'equal' || one.value.startsWith('http'))) ?? {
      value: 'http://u.example/none',
    };
    return { text: escaped(value), fits: (one) => uriMatches(one, how, value) };
  };
  return joined(parameter, how === 'equal' ? '' : `:${how}`, two(random, alternative));
}
