/** The form of a policy document, and what is wrong with one that has another. */
import { Ajv, type ErrorObject } from 'ajv';
import { confidentialities } from '../labels.js';
import { masks } from '../masking/kinds.js';
import { consentRules, rights } from './policy.js';

/** By name: a type of resources, a group of the document, or `*`. Letters as in SMART's scopes. */
type Letters = Readonly<Record<string, string>>;

export interface RoleDocument {
  readonly title: { readonly en: string; readonly zh: string };
  readonly may: Letters;
  readonly sees: 'all' | readonly string[];
  readonly relationship?: { readonly days: number };
  readonly changes?: 'own' | 'all';
  readonly writesAbout?: 'visible' | 'anyone';
  readonly rights?: readonly string[];
  readonly masks?: readonly string[];
  readonly clearance?: string;
  readonly permits?: readonly string[] | '*';
  readonly consent?: string;
  readonly purposes?: readonly string[];
  readonly secondFactor?: boolean;
  readonly operations?: readonly string[];
}

export interface PolicyDocument {
  readonly version: 1;
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly shared: readonly string[];
  readonly roles: Readonly<Record<string, RoleDocument>>;
}

const names = { type: 'array', items: { type: 'string' }, uniqueItems: true } as const;
const oneOf = (values: readonly string[]) => ({ type: 'array', items: { enum: values }, uniqueItems: true });
const text = { type: 'string', minLength: 1 } as const;

const role = {
  type: 'object',
  required: ['title', 'may', 'sees'],
  additionalProperties: false,
  properties: {
    title: { type: 'object', required: ['en', 'zh'], additionalProperties: false, properties: { en: text, zh: text } },
    may: { type: 'object', additionalProperties: { type: 'string', pattern: '^c?r?u?d?s?$' } },
    sees: { anyOf: [{ const: 'all' }, oneOf(['institution', 'unowned', 'relationship', 'compartment'])] },
    relationship: {
      type: 'object',
      required: ['days'],
      additionalProperties: false,
      properties: { days: { type: 'integer', minimum: 0, maximum: 3650 } },
    },
    changes: { enum: ['own', 'all'] },
    writesAbout: { enum: ['visible', 'anyone'] },
    rights: oneOf(rights),
    masks: oneOf(masks),
    clearance: { enum: confidentialities },
    permits: { anyOf: [{ const: '*' }, names] },
    consent: { enum: consentRules },
    purposes: { ...names, minItems: 1 },
    secondFactor: { type: 'boolean' },
    operations: names,
  },
};

const schema = {
  type: 'object',
  required: ['version', 'shared', 'roles'],
  additionalProperties: false,
  properties: {
    version: { const: 1 },
    groups: { type: 'object', propertyNames: { pattern: '^[a-z][A-Za-z0-9-]*$' }, additionalProperties: names },
    shared: names,
    roles: { type: 'object', minProperties: 1, propertyNames: { pattern: '^[a-z][a-z0-9-]*$' }, additionalProperties: role },
  },
};

/** Sentences, each beginning with the place; none where the form is right. */
export function faultsOfForm(document: unknown): readonly string[] {
  const check = new Ajv({ allErrors: true, strict: false }).compile(schema);
  return check(document) ? [] : (check.errors ?? []).filter(({ keyword }) => keyword !== 'if').map(sentence);
}

function sentence({ instancePath, keyword, params, message = 'is not right' }: ErrorObject): string {
  const place =
    instancePath === '' ? 'the document' : instancePath.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');
  const said: Readonly<Record<string, () => string>> = {
    additionalProperties: () => `has "${params.additionalProperty}", which is not known`,
    required: () => `must have "${params.missingProperty}"`,
    enum: () => `must be one of ${params.allowedValues.join(', ')}`,
    const: () => `must be ${JSON.stringify(params.allowedValue)}`,
    pattern: () => `must be letters of "cruds" in this order`,
    propertyNames: () => `has the name "${params.propertyName}", which must begin with a small letter and go on with letters, digits and -`,
  };
  return `${place}: ${said[keyword]?.() ?? message}`;
}
