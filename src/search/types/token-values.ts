/** What a client writes for a token: `code`, `system|code`, `|code`, `system|`. Source: R4 search.html#token */
import type { Match } from '../../store/port.js';
import { contactForm } from '../contact-points.js';
import type { SearchContext } from '../context.js';
import { askedIdentityForm } from '../identity-numbers.js';
import { malformed } from '../refusals.js';
import type { Parameter } from '../registry.js';
import { splitEscaped, unescapeValue } from '../values.js';
import type { Asked } from './type.js';

export type TokenValue = Extract<Match, { kind: 'token' }>['values'][number];

export function tokenValues(asked: Asked, value: string, context: SearchContext): readonly TokenValue[] {
  const types = new Set(asked.parameter.elements?.map(({ type }) => type));
  return writtenValues(asked, value, context).flatMap((one) => withForms(types, one));
}

/** Numbers of identity and of telephones are found in whatever way they are written. */
function withForms(types: ReadonlySet<string>, value: TokenValue): readonly TokenValue[] {
  const { system, code } = value;
  if (code === undefined) return [value];
  const forms = [
    types.has('Identifier') ? askedIdentityForm(system, code) : undefined,
    types.has('ContactPoint') ? contactForm(code) : undefined,
  ];
  return [value, ...forms.flatMap((form) => (form === undefined ? [] : [{ ...value, code: form }]))];
}

function writtenValues(asked: Asked, value: string, context: SearchContext): readonly TokenValue[] {
  const parts = splitEscaped(value, '|').map((part) => unescapeValue(asked.name, part));
  const [first = '', second] = parts;
  if (parts.length > 2 || (first === '' && (second ?? '') === '')) {
    throw malformed(asked.name, value, 'code, system|code, |code or system|', 'code、system|code、|code 或 system|');
  }
  const { parameter } = asked;
  if (second === undefined) return bareCodes(asked, first);
  if (isWithoutSystem(parameter)) throw malformed(asked.name, value, 'a value without a system and without |', '不带系统、也不带 | 的值');
  if (first === '') return [{ system: null, code: second }];
  if (second === '') return systemIn(parameter, first, context);
  return [...codeIn(first, second, context), ...impliedCode(parameter, first, second, context)];
}

/** Entries made before the code system said that case does not matter hold the code as it was sent. */
export function codeIn(system: string, code: string, { codeSystems }: SearchContext): readonly TokenValue[] {
  const folded = code.toLowerCase();
  const isAlike = folded !== code && codeSystems.isCaseInsensitive(system);
  return codeSystems.names(system).flatMap((name) => [...(isAlike ? [{ system: name, code: folded }] : []), { system: name, code }]);
}

/** Any code of a system. */
export function systemIn(parameter: Parameter, system: string, context: SearchContext): readonly TokenValue[] {
  const names = context.codeSystems.names(system);
  return [...names.map((name) => ({ system: name })), ...names.flatMap((name) => impliedSystem(parameter, name, context))];
}

/** R4: "the presence of the pipe symbol SHALL NOT be used". */
const systemless: ReadonlySet<string> = new Set(['ContactPoint', 'uri', 'boolean']);

function isWithoutSystem({ elements = [] }: Parameter): boolean {
  return elements.length > 0 && elements.every(({ type }) => systemless.has(type));
}

function bareCodes({ parameter, name }: Asked, code: string): readonly TokenValue[] {
  const types = new Set(parameter.elements?.map((element) => element.type));
  if (types.size === 1 && types.has('boolean') && code !== 'true' && code !== 'false') {
    throw malformed(name, code, 'true or false', 'true 或 false');
  }
  const folded = code.toLowerCase();
  return types.has('string') && folded !== code ? [{ code }, { code: folded }] : [{ code }];
}

/** The systems that elements of type code, which carry none, draw on by their value sets. */
export function impliedSystems({ elements = [] }: Parameter, context: SearchContext): ReadonlySet<string> {
  const codes = elements.filter(({ type }) => type === 'code');
  const [first] = codes;
  if (first === undefined) return new Set();
  return codes.length === 1
    ? context.codeSystems.boundSystems(first)
    : new Set(codes.flatMap((one) => [...context.codeSystems.boundSystems(one)]));
}

export function impliedCode(parameter: Parameter, system: string, code: string, context: SearchContext): readonly TokenValue[] {
  const implied = impliedSystems(parameter, context);
  return context.codeSystems.names(system).some((name) => implied.has(name)) ? [{ system: null, code }] : [];
}

/** `system|` of an element of type code: any code of that system. */
function impliedSystem(parameter: Parameter, system: string, context: SearchContext): readonly TokenValue[] {
  if (!impliedSystems(parameter, context).has(system)) return [];
  return context.codeSystems.codesOf(system).map((code) => ({ system: null, code }));
}
