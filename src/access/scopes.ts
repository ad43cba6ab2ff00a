/**
 * The one grammar of scopes, for the authorization server, its pages and access: SMART's resource scopes in both versions, and the few
 * others by name. What it does not know it does not guess at.
 * Source: SMART App Launch 2.2 scopes-and-launch-context.html, SMART App Launch 1.0 (v1 scopes)
 */
import { type Message, message } from '../model/message.js';
import type { Act } from './access.js';
import { formatCriteria, narrowerCriteria, parseCriteria, type ScopeCriterion } from './scope-criteria.js';
import { typeWords } from './type-words.js';

/** `patient/Observation.rs?category=laboratory` */
export interface ResourceScope {
  readonly kind: 'resource';
  /** As it was asked for: what a token of it says. */
  readonly text: string;
  readonly context: 'patient' | 'user' | 'system';
  /** A type of resource, or `*`. */
  readonly type: string;
  /** 1: `.read`, `.write`, `.*`. */
  readonly version: 1 | 2;
  /** In SMART's order; at least one. */
  readonly acts: readonly Act[];
  /** All must hold; only of version 2. */
  readonly criteria: readonly ScopeCriterion[];
}

/** Says nothing of resources: `openid`, `launch/patient`, … */
export interface NamedScope {
  readonly kind: 'named';
  readonly text: string;
}

export type SmartScope = ResourceScope | NamedScope;

/** Which names are types of resources: the definitions tell. */
export interface ScopeTypes {
  isResourceType(name: string): boolean;
}

/** Scopes that are names. `profile` is what SMART 1.0 had before `fhirUser`; those with two underscores are extensions, as SMART wants them named. */
export const namedScopes = [
  'openid',
  'fhirUser',
  'profile',
  'offline_access',
  'online_access',
  'launch',
  'launch/patient',
  'launch/encounter',
  // Break-glass, and asking about tokens with a token.
  '__btg',
  '__introspect',
] as const;

const letters: Readonly<Record<string, Act>> = { c: 'create', r: 'read', u: 'update', d: 'delete', s: 'search' };
const allActs: readonly Act[] = ['create', 'read', 'update', 'delete', 'search'];
const words: Readonly<Record<string, readonly Act[]>> = {
  read: ['read', 'search'],
  write: ['create', 'update', 'delete'],
  '*': allActs,
};

const named: ReadonlySet<string> = new Set(namedScopes);
/** The letters in their order, each at most once; at least one. */
const shape = /^(patient|user|system)\/(\*|[A-Za-z]+)\.(?:(read|write|\*)|(?=[cruds])(c?r?u?d?s?)(?:\?(.+))?)$/;

/** undefined: no scope of this grammar, or one of a type that is none. */
export function parseScope(text: string, types: ScopeTypes): SmartScope | undefined {
  if (named.has(text)) return { kind: 'named', text };
  const parts = shape.exec(text);
  if (parts === null) return undefined;
  const [, context = '', type = '', word, cruds = '', query] = parts;
  if (type !== '*' && !types.isResourceType(type)) return undefined;
  const criteria = query === undefined ? [] : parseCriteria(query);
  if (criteria === undefined) return undefined;
  const acts = word === undefined ? [...cruds].flatMap((letter) => letters[letter] ?? []) : (words[word] ?? []);
  return {
    kind: 'resource',
    text,
    context: context as ResourceScope['context'],
    type,
    version: word === undefined ? 2 : 1,
    acts,
    criteria,
  };
}

/** Those of a text separated by spaces that the grammar knows, each once, in their order. */
export function parseScopes(text: string, types: ScopeTypes): readonly SmartScope[] {
  return [...new Set(text.split(' '))].flatMap((one) => parseScope(one, types) ?? []);
}

/** Whether whoever has `allowed` has all of `asked`: contexts never stand for each other, and a coarse scope covers its finer ones. */
export function covers(allowed: SmartScope, asked: SmartScope): boolean {
  if (allowed.kind === 'named' || asked.kind === 'named') return allowed.kind === asked.kind && allowed.text === asked.text;
  return (
    allowed.context === asked.context &&
    (allowed.type === '*' || allowed.type === asked.type) &&
    asked.acts.every((act) => allowed.acts.includes(act)) &&
    narrowerCriteria(allowed.criteria, asked.criteria)
  );
}

/** Whether several together have all of it, act by act. */
export function coveredBy(allowed: readonly SmartScope[], asked: SmartScope): boolean {
  if (asked.kind === 'named') return allowed.some((one) => covers(one, asked));
  return asked.acts.every((act) => allowed.some((one) => covers(one, { ...asked, acts: [act] })));
}

/** What is left of `asked` within `allowed`: itself where it is covered, otherwise the finer scopes that are in both; perhaps none. */
export function narrow(asked: SmartScope, allowed: readonly SmartScope[]): readonly SmartScope[] {
  if (coveredBy(allowed, asked)) return [asked];
  if (asked.kind === 'named') return [];
  const common = allowed.flatMap((one) => (one.kind === 'resource' ? (intersection(asked, one) ?? []) : []));
  return common.filter(
    (one, at) => !common.some((other, place) => place !== at && covers(other, one) && (place < at || !covers(one, other))),
  );
}

function intersection(asked: ResourceScope, allowed: ResourceScope): ResourceScope | undefined {
  if (asked.context !== allowed.context) return undefined;
  if (asked.type !== allowed.type && asked.type !== '*' && allowed.type !== '*') return undefined;
  const acts = asked.acts.filter((act) => allowed.acts.includes(act));
  if (acts.length === 0) return undefined;
  const type = asked.type === '*' ? allowed.type : asked.type;
  const criteria = [...asked.criteria];
  for (const one of allowed.criteria) if (!criteria.some((other) => narrowerCriteria([one], [other]))) criteria.push(one);
  const word = criteria.length > 0 ? undefined : wordOf(asked, acts);
  const text = `${asked.context}/${type}.${word ?? lettersOf(acts)}${formatCriteria(criteria)}`;
  return { kind: 'resource', text, context: asked.context, type, version: word === undefined ? 2 : 1, acts, criteria };
}

/** Who asked in the words of version 1 is answered in them where one says just this. */
function wordOf(asked: ResourceScope, acts: readonly Act[]): string | undefined {
  if (asked.version === 2) return undefined;
  return Object.keys(words).find((word) => words[word]?.join() === acts.join());
}

function lettersOf(acts: readonly Act[]): string {
  return Object.keys(letters)
    .filter((letter) => acts.some((act) => letters[letter] === act))
    .join('');
}

/** What it allows, for whoever is asked to agree to it. */
export function describeScope(scope: SmartScope): Message {
  if (scope.kind === 'named') return namedWords[scope.text] ?? message('scope', scope.text, scope.text);
  const [type, whose] = [scope.type === '*' ? anyType : typeWords(scope.type), owners[scope.context]];
  const acts = scope.acts.map((act) => actWords[act]);
  const only = scope.criteria.map(([name, value]) => `${name} = ${value}`);
  const english = `${sentence(acts.map(({ en }) => en))}: ${type.en}, ${whose.en}`;
  const chinese = `${acts.map(({ zh }) => zh).join('、')}：${whose.zh}${type.zh}`;
  return message(
    `scope-${scope.context}`,
    only.length === 0 ? english : `${english}; only where ${only.join(' and ')}`,
    only.length === 0 ? chinese : `${chinese}；仅限 ${only.join(' 且 ')}`,
  );
}

/** `Create, read and search` */
function sentence(words: readonly string[]): string {
  const text = words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const anyType = {
  en: 'records of all kinds, also of kinds that are added later',
  zh: '所有类型的记录（包括今后新增的类型）',
};
const actWords: Readonly<Record<Act, { readonly en: string; readonly zh: string }>> = {
  create: { en: 'add', zh: '新增' },
  read: { en: 'read', zh: '读取' },
  update: { en: 'change', zh: '修改' },
  delete: { en: 'delete', zh: '删除' },
  search: { en: 'search', zh: '检索' },
};
const owners: Readonly<Record<ResourceScope['context'], { readonly en: string; readonly zh: string }>> = {
  patient: { en: 'of the one patient who is chosen', zh: '所选患者本人的' },
  user: { en: 'all that you yourself may see', zh: '您本人有权访问的' },
  system: { en: 'all that the system may see', zh: '系统有权访问的' },
};
const namedWords: Readonly<Record<string, Message>> = {
  openid: message('scope-openid', 'Learn that it is you who signs in', '确认登录者是您本人'),
  fhirUser: message('scope-fhir-user', 'Learn who you are in the records', '了解您在健康档案中的身份'),
  profile: message('scope-profile', 'Learn who you are in the records', '了解您在健康档案中的身份'),
  offline_access: message(
    'scope-offline-access',
    'Keep this access also when you are not using the app, until you take it back',
    '在您不使用应用时仍保持访问，直至您撤销授权',
  ),
  online_access: message('scope-online-access', 'Keep this access as long as you are signed in', '在您登录期间保持访问'),
  launch: message(
    'scope-launch',
    'Learn which patient and visit are open in the system it is started from',
    '获取启动该应用的系统当前打开的患者和就诊',
  ),
  'launch/patient': message('scope-launch-patient', 'Have you choose a patient, and learn whom', '请您选择一位患者，并获知所选患者'),
  'launch/encounter': message('scope-launch-encounter', 'Have you choose a visit, and learn which', '请您选择一次就诊，并获知所选就诊'),
  __btg: message(
    'scope-btg',
    'Emergency access past the usual limits, for a short time; every use is recorded and reviewed',
    '紧急访问：短时间内突破常规限制，每次使用都会被记录并审查',
  ),
  __introspect: message('scope-introspect', 'Ask whether access tokens are valid', '查询访问令牌是否有效'),
};
