/**
 * Who asks → what they may see and do: the scopes of the token, within what its role allows, within what other factors (labels, consent)
 * leave. Each act on each type is compiled once, when it is first asked for, into one predicate of the search engine, which is the same as
 * long as the token lives. Missing context narrows. Source: SMART App Launch 2.2 scopes-and-launch-context.html
 */
import type { Definitions } from '../../definitions/definitions.js';
import type { Predicate } from '../../store/port.js';
import { type Access, type Act, isUnrestricted } from '../access.js';
import { refuseLowered } from '../kept-labels.js';
import type { CoverRooms } from '../masking/cover.js';
import { createMasking, type Masking } from '../masking/masking.js';
import type { Principal } from '../principal.js';
import type { ScopeCriterion } from '../scope-criteria.js';
import { parseScopes, type ResourceScope, type SmartScope } from '../scopes.js';
import { withInstitution } from './institution.js';
import { createPatientCompartment, type PatientCompartment } from './patient-compartment.js';
import type { Policy, Role } from './policy.js';
import { allOf, anyOf, everything, not } from './predicates.js';
import { breaksGlass, type RoleRules, roleRule } from './role-rules.js';

/** One more limit on everything that is seen and written, beside scopes and role. */
export interface Factor {
  /** Whether breaking the glass lifts it. */
  readonly liftedInEmergency: boolean;
  /** What must hold as well; `everything` where it has nothing to say; undefined: refused for the whole type. */
  predicate(asked: { readonly principal: Principal; readonly role: Role }, act: Act, type: string): Predicate | undefined;
}

export interface AccessRooms {
  readonly policy: Policy;
  readonly definitions: Pick<Definitions, 'isResourceType' | 'compartment' | 'searchParameters' | 'properties'>;
  /** What a search with these parameters, all of one type, would ask; undefined where it would be refused, also by what is hidden. */
  criteria(type: string, parameters: readonly ScopeCriterion[], hides: Access['hides']): Predicate | undefined;
  readonly factors: readonly Factor[];
  /** Changes when the factors come to say something else; absent: they never do. */
  readonly standing?: () => unknown;
  /** How what is shown in part is covered. */
  readonly masking: Pick<CoverRooms, 'surnameOf'>;
}

/** Gives the access of a principal; whoever holds tokens keeps it with them. */
export function createAccessOf(rooms: AccessRooms): (principal: Principal) => Access {
  const compartment = createPatientCompartment(rooms.definitions);
  return (principal) => {
    const role = rooms.policy.roles.get(principal.role);
    const scopes = parseScopes(principal.scope, rooms.definitions);
    const subject = principal.account === undefined ? principal.client : `${principal.client}|${principal.account}`;
    if (role === undefined) return { subject, principal, restriction: () => undefined };
    const compiled = noneCompiled();
    let standing = rooms.standing?.();
    const masking = maskingFor(rooms, role);
    const asking: Asking = { ...rooms, compartment, principal, role, scopes, hides: masking?.hides };
    const recording = {
      ...(principal.institution !== undefined && { institution: principal.institution }),
      maySet: role.rights.has('setInstitution'),
    };
    return {
      subject,
      principal,
      restriction(act, type) {
        const now = rooms.standing?.();
        if (now !== standing) for (const types of Object.values(compiled)) types.clear();
        standing = now;
        const known = compiled[act].get(type);
        if (known !== undefined) return known ?? undefined;
        const predicate = masking?.forbids(act, type) ? undefined : compile(asking, act, type);
        compiled[act].set(type, predicate ?? null);
        return predicate;
      },
      stamp(resource, before, last) {
        if (!role.rights.has('setLabels')) refuseLowered(resource, last);
        return withInstitution(resource, before, recording);
      },
      ...(masking !== undefined && { cover: masking.cover, hides: masking.hides, hidesContent: masking.hidesContent }),
      ...(tellsWithheld(asking) && { withheld: { restriction: (act: Act, type: string) => compileWithheld(asking, act, type) } }),
      mayChooseId: (type) => role.rights.has('chooseIds') && role.may('create', type),
      mayPerform: (operation) => role.operations?.has(operation) ?? true,
    };
  };
}

/** By act and type; null: refused. */
function noneCompiled(): Readonly<Record<Act, Map<string, Predicate | null>>> {
  return { create: new Map(), read: new Map(), update: new Map(), delete: new Map(), search: new Map() };
}

function maskingFor({ definitions, masking, policy }: AccessRooms, { masks }: Role): Masking | undefined {
  if (masks.size === 0) return undefined;
  return createMasking({ ...masking, definitions, isOfRecord: (type) => !policy.shared.has(type) }, masks);
}

interface Asking extends AccessRooms, RoleRules {
  readonly policy: Policy;
  readonly compartment: PatientCompartment;
  readonly scopes: readonly SmartScope[];
  readonly hides: Access['hides'];
}

function compile(asking: Asking, act: Act, type: string): Predicate | undefined {
  const factors = asking.factors
    .filter(({ liftedInEmergency }) => !(liftedInEmergency && breaksGlass(asking)))
    .map((factor) => factor.predicate(asking, act, type));
  const limited = allOf([scoped(asking, act, type), roleRule(asking, act, type)]);
  return anyOf([allOf([anyOf([limited, launchEncounter(asking, act, type)]), ...factors]), ownRecord(asking, act, type)]);
}

/** Who may break the glass, and has not. */
function tellsWithheld(asking: Asking): boolean {
  const { rights } = asking.role;
  return rights.has('tellWithheld') && rights.has('breakGlass') && asking.principal.emergency === undefined;
}

const never: Predicate = { kind: 'any', of: [] };

/** What breaking the glass would show of what is in reach without it. */
function compileWithheld(asking: Asking, act: Act, type: string): Predicate | undefined {
  const lifted = asking.factors.filter(({ liftedInEmergency }) => liftedInEmergency).map((factor) => factor.predicate(asking, act, type));
  const hiding = allOf(lifted) ?? never;
  const others = asking.factors.filter(({ liftedInEmergency }) => !liftedInEmergency).map((factor) => factor.predicate(asking, act, type));
  return allOf([scoped(asking, act, type), roleRule(asking, act, type), ...others, isUnrestricted(hiding) ? never : not(hiding)]);
}

/** Rule by rule: what one of the scopes allows is allowed. */
function scoped(asking: Asking, act: Act, type: string): Predicate | undefined {
  const rules = asking.scopes.filter(
    (scope): scope is ResourceScope => scope.kind === 'resource' && scope.acts.includes(act) && (scope.type === '*' || scope.type === type),
  );
  return anyOf(rules.map((rule) => allOf([inContext(asking, rule.context, act, type), granular(asking, rule, type)])));
}

/** A scope says nothing without its context: a patient, somebody who signed in, or a client that acts for itself. */
function inContext(
  { principal, compartment, policy }: Asking,
  context: ResourceScope['context'],
  act: Act,
  type: string,
): Predicate | undefined {
  switch (context) {
    case 'system':
      return principal.account === undefined ? everything : undefined;
    case 'user':
      return principal.account === undefined ? undefined : everything;
    case 'patient': {
      if (principal.patient === undefined) return undefined;
      if (policy.shared.has(type)) return act === 'read' || act === 'search' ? everything : undefined;
      return compartment.within(type, [principal.patient]);
    }
  }
}

function granular({ criteria, hides }: Asking, { criteria: asked }: ResourceScope, type: string): Predicate | undefined {
  return asked.length === 0 ? everything : criteria(type, asked, hides);
}

/** Who signed in may be read where the app may know who it is, whatever else it may see. */
function ownRecord({ principal, scopes }: Asking, act: Act, type: string): Predicate | undefined {
  const may = act === 'read' && scopes.some(({ text }) => text === 'fhirUser' || text === 'profile');
  return may ? byName(principal.fhirUser, type) : undefined;
}

function launchEncounter({ principal, compartment, scopes }: Asking, act: Act, type: string): Predicate | undefined {
  const { encounter, patient } = principal;
  const may = act === 'read' && scopes.some(({ text }) => text === 'launch' || text === 'launch/encounter');
  if (!may || encounter === undefined) return undefined;
  return allOf([byName(`Encounter/${encounter}`, type), patient === undefined ? everything : compartment.within(type, [patient])]);
}

function byName(name: string | undefined, type: string): Predicate | undefined {
  return name?.startsWith(`${type}/`) ? { kind: 'id', ids: [name.slice(type.length + 1)] } : undefined;
}
