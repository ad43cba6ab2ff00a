/**
 * A policy from a document in YAML, of which JSON is a part; the one beside the program where none is named. Nothing in it is guessed at:
 * types that are none, and names that stand for nothing, are faults.
 */
import { readFileSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import type { Act } from '../access.js';
import type { Confidentiality } from '../labels.js';
import type { Mask } from '../masking/kinds.js';
import type { ScopeTypes } from '../scopes.js';
import { faultsOfForm, type PolicyDocument, type RoleDocument } from './document.js';
import type { ConsentRule, Policy, Right, Role, SeeingRule } from './policy.js';

/** Shown to whoever starts the program, like other faults of its settings. */
export class PolicyError extends Error {
  override readonly name = 'ConfigError';
}

export const defaultPolicyFile = new URL('../../../../policies/default.yaml', import.meta.url);

/** Throws PolicyError, with a sentence for each fault. */
export function readPolicy(file: string | undefined, types: ScopeTypes): Policy {
  return parsePolicy(policyText(file), types, file ?? 'the default policy');
}

/** As it stands in the file. Throws PolicyError. */
export function policyText(file: string | undefined): string {
  try {
    return readFileSync(file ?? defaultPolicyFile, 'utf8');
  } catch (error) {
    throw new PolicyError(`The policy ${file ?? ''} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function parsePolicy(text: string, types: ScopeTypes, name: string): Policy {
  const document = parsed(text, name);
  const form = faultsOfForm(document);
  if (form.length > 0) throw faulty(name, form);
  const policy = document as PolicyDocument;
  const meaning = faultsOfMeaning(policy, types);
  if (meaning.length > 0) throw faulty(name, meaning);
  const members = (one: string): readonly string[] => policy.groups?.[one] ?? [one];
  return {
    shared: new Set(policy.shared.flatMap(members)),
    roles: new Map(Object.entries(policy.roles).map(([role, of]) => [role, roleOf(role, of, policy.groups ?? {})])),
  };
}

function parsed(text: string, name: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (error) {
    throw faulty(name, [error instanceof YAMLParseError ? error.message.trim() : String(error)]);
  }
}

function faulty(name: string, faults: readonly string[]): PolicyError {
  return new PolicyError(`The policy ${name} is not right:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
}

function faultsOfMeaning({ groups = {}, shared, roles }: PolicyDocument, types: ScopeTypes): readonly string[] {
  const isType = (one: string) => types.isResourceType(one);
  const isKnown = (one: string) => isType(one) || Object.hasOwn(groups, one);
  const unknown = (place: string, all: readonly string[], known: (one: string) => boolean, what: string) =>
    all.filter((one) => !known(one)).map((one) => `${place}: "${one}" is no ${what}`);
  return [
    ...Object.entries(groups).flatMap(([group, all]) => unknown(`groups.${group}`, all, isType, 'type of resources')),
    ...unknown('shared', shared, isKnown, 'type of resources, and no group'),
    ...Object.entries(roles).flatMap(([role, { may }]) =>
      unknown(`roles.${role}.may`, Object.keys(may), (one) => one === '*' || isKnown(one), 'type of resources, and no group'),
    ),
  ];
}

const letters: Readonly<Record<Act, string>> = { create: 'c', read: 'r', update: 'u', delete: 'd', search: 's' };
/** Kept from those who may see everything else: what tells of all that is done. */
const neverAmongAll: ReadonlySet<string> = new Set(['AuditEvent']);

function roleOf(name: string, document: RoleDocument, groups: NonNullable<PolicyDocument['groups']>): Role {
  const { title, may, sees, relationship, changes = 'own', writesAbout = 'visible', secondFactor = false } = document;
  const allowed = new Map<string, string>();
  const lettersFor = (type: string): string => {
    if (may[type] !== undefined) return may[type];
    const ofGroups = Object.keys(groups).filter((group) => may[group] !== undefined && groups[group]?.includes(type));
    if (ofGroups.length > 0) return ofGroups.map((group) => may[group]).join('');
    return neverAmongAll.has(type) ? '' : (may['*'] ?? '');
  };
  return {
    name,
    title,
    may(act, type) {
      const known = allowed.get(type) ?? lettersFor(type);
      allowed.set(type, known);
      return known.includes(letters[act]);
    },
    sees: sees === 'all' ? sees : new Set(sees as readonly SeeingRule[]),
    relationshipDays: relationship?.days ?? 0,
    changes,
    writesAbout,
    rights: new Set(document.rights as readonly Right[] | undefined),
    masks: new Set(document.masks as readonly Mask[] | undefined),
    clearance: { level: (document.clearance ?? 'N') as Confidentiality, sensitivities: document.permits ?? [] },
    consent: (document.consent ?? 'applies') as ConsentRule,
    purposes: document.purposes ?? ['TREAT'],
    secondFactor,
    ...(document.operations === undefined ? {} : { operations: new Set(document.operations) }),
  };
}
