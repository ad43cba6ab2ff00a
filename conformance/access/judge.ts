/**
 * Who may do what with which resource, decided one resource at a time from the JSON alone: the slow filter over everything. It knows the
 * words of scopes, policies and labels, and nothing of predicates, indexes or the engine.
 * Source: SMART App Launch 2.2 scopes-and-launch-context.html, R4 compartmentdefinition-patient.html, R4 security-labels.html
 */
import type { Act } from '../../src/access/access.js';
import type { Plain } from '../search/random/values.js';
import { confidentialityOf, consentsAllow } from './consents.js';
import { compartmentParameters, links, namesOf, tokens } from './parameters.js';
import type { Asker } from './people.js';
import { institutionSystem, sensitiveCodes, sensitivitySystem } from './resources.js';
import type { World } from './world.js';

export interface Judge {
  /** Whether scopes and role leave anything of the type to this act, before any resource is looked at. */
  grants(act: Act, type: string): boolean;
  /** Whether the act is allowed on a resource as it stands here. */
  allows(act: Act, resource: Plain): boolean;
}

const letters: Readonly<Record<Act, string>> = { create: 'c', read: 'r', update: 'u', delete: 'd', search: 's' };
const levels = ['U', 'L', 'M', 'N', 'R', 'V'];
const list = (value: Plain): readonly Plain[] => (value === undefined ? [] : value);

/** By whom a resource is primarily about, of these types. */
const subjects: Readonly<Record<string, string>> = {
  Encounter: 'patient',
  EpisodeOfCare: 'patient',
  CareTeam: 'patient',
  Observation: 'patient',
  Condition: 'patient',
  DocumentReference: 'patient',
  List: 'patient',
  Consent: 'patient',
};
/** List people, or point at what belongs to others: in nobody's record. */
const nobodys = ['Group', 'Provenance'];

export function createJudge(asker: Asker, world: World): Judge {
  return new Deciding(asker, world);
}

interface Scope {
  readonly context: string;
  readonly type: string;
  readonly acts: string;
  readonly criteria: readonly (readonly [string, string])[];
}

function scopesOf(text: string): readonly Scope[] {
  return text.split(' ').flatMap((one) => {
    const [, context = '', type = '', word = '', query] = /^(patient|user|system)\/([^.]+)\.([a-z]+)(?:\?(.*))?$/.exec(one) ?? [];
    if (context === '') return [];
    const criteria = query === undefined ? [] : query.split('&').map((part) => part.split('=') as [string, string]);
    return [{ context, type, acts: word === 'read' ? 'rs' : word, criteria }];
  });
}

class Deciding implements Judge {
  private readonly scopes: readonly Scope[];
  private readonly names: ReadonlySet<string>;
  private readonly breaksGlass: boolean;
  private readonly known = new Map<string, boolean>();

  constructor(
    private readonly asker: Asker,
    private readonly world: World,
  ) {
    this.scopes = scopesOf(asker.principal.scope);
    this.names = new Set(asker.principal.scope.split(' '));
    this.breaksGlass = asker.principal.emergency !== undefined && (asker.role.rights ?? []).includes('breakGlass');
  }

  grants(act: Act, type: string): boolean {
    const { encounter, fhirUser = '' } = this.asker.principal;
    const isOwn = act === 'read' && this.names.has('fhirUser') && fhirUser.startsWith(`${type}/`);
    const isLaunched = act === 'read' && this.names.has('launch/encounter') && type === 'Encounter' && encounter !== undefined;
    return isOwn || isLaunched || (this.roleMay(act, type) && this.scopes.some((scope) => this.speaksOf(scope, act, type)));
  }

  allows(act: Act, resource: Plain): boolean {
    const key = `${act} ${resource.resourceType}/${resource.id} ${resource.meta?.versionId} ${resource.meta?.source}`;
    const known = this.known.get(key) ?? this.decide(act, resource);
    this.known.set(key, known);
    return known;
  }

  private decide(act: Act, resource: Plain): boolean {
    if (this.isOwnRecord(act, resource)) return true;
    const usual = this.isInScope(act, resource) && this.roleAllows(act, resource);
    const limited = (usual || this.isLaunchEncounter(act, resource)) && this.isCleared(resource) && this.isConsented(act, resource);
    if (!limited || resource.resourceType !== 'Binary' || resource.securityContext === undefined) return limited;
    const context = this.world.current.get(this.local(resource.securityContext.reference));
    return context !== undefined && this.allows(act === 'read' || act === 'search' ? 'read' : 'update', context);
  }

  private isOwnRecord(act: Act, { resourceType, id }: Plain): boolean {
    return act === 'read' && this.names.has('fhirUser') && this.asker.principal.fhirUser === `${resourceType}/${id}`;
  }

  private isLaunchEncounter(act: Act, resource: Plain): boolean {
    const { encounter, patient } = this.asker.principal;
    if (act !== 'read' || !this.names.has('launch/encounter') || resource.resourceType !== 'Encounter' || resource.id !== encounter)
      return false;
    return patient === undefined || this.isRecordOf(resource, [patient]);
  }

  private speaksOf({ type: named, acts, context }: Scope, act: Act, type: string): boolean {
    const { account, patient } = this.asker.principal;
    if ((named !== '*' && named !== type) || !acts.includes(letters[act])) return false;
    if (context === 'system') return account === undefined;
    return context === 'user' ? account !== undefined : patient !== undefined;
  }

  private isInScope(act: Act, resource: Plain): boolean {
    const { resourceType: type } = resource;
    return this.scopes.some((scope) => {
      if (!this.speaksOf(scope, act, type) || !scope.criteria.every(([name, value]) => this.satisfies(resource, name, value))) return false;
      if (scope.context !== 'patient') return true;
      if (this.asker.shared.includes(type)) return act === 'read' || act === 'search';
      return this.isRecordOf(resource, [this.asker.principal.patient ?? '']);
    });
  }

  private satisfies(resource: Plain, name: string, value: string): boolean {
    const wanted = value.split(',');
    if (name === '_id') return wanted.includes(resource.id);
    const token = tokens[resource.resourceType]?.[name];
    if (token !== undefined) return token(resource).some((one) => wanted.includes(one));
    return this.refersTo(resource, name, wanted);
  }

  private refersTo(resource: Plain, parameter: string, names: readonly string[]): boolean {
    const link = links[resource.resourceType]?.[parameter];
    return link !== undefined && namesOf(this.world, link, resource).some((one) => names.includes(one));
  }

  private roleMay(act: Act, type: string): boolean {
    const { may } = this.asker.role;
    return (may[type] ?? may['*'] ?? '').includes(letters[act]);
  }

  private roleAllows(act: Act, resource: Plain): boolean {
    if (!this.roleMay(act, resource.resourceType) || !this.isSeen(resource)) return false;
    if (act === 'read' || act === 'search') return true;
    return (act === 'create' || this.mayChange(resource)) && (act === 'delete' || this.mayTellOf(resource));
  }

  private isSeen(resource: Plain): boolean {
    const { role, shared, principal } = this.asker;
    const { sees } = role;
    if (sees === 'all' || shared.includes(resource.resourceType)) return true;
    const recorded = institutionsOf(resource);
    const { institution } = principal;
    return sees.some((rule) => {
      switch (rule) {
        case 'institution':
          return institution === '*' || this.breaksGlass || (institution !== undefined && recorded.includes(institution));
        case 'unowned':
          return institution === undefined && recorded.length === 0;
        case 'relationship':
          return this.breaksGlass || this.isOfTreated(resource);
        default:
          return this.isRecordOf(resource, this.ownPatients());
      }
    });
  }

  private ownPatients(): readonly string[] {
    const { fhirUser, patients = [] } = this.asker.principal;
    return fhirUser?.startsWith('Patient/') ? [fhirUser.slice('Patient/'.length), ...patients] : patients;
  }

  /** Whose record it stands in; a Binary in that of its context, which is judged besides. */
  private isRecordOf(resource: Plain, patients: readonly string[]): boolean {
    const { resourceType: type, id } = resource;
    if (patients.length === 0 || nobodys.includes(type)) return false;
    if (type === 'Patient') return patients.includes(id);
    if (type === 'Binary') return resource.securityContext !== undefined;
    return this.about(resource).some((name) => patients.some((patient) => name === `Patient/${patient}`));
  }

  /** `Patient/1`, or `#`: of a type without a primary subject whomever the compartment has it by. */
  private about(resource: Plain): readonly string[] {
    const { resourceType: type } = resource;
    if (nobodys.includes(type)) return [];
    const parameters = subjects[type] === undefined ? (compartmentParameters[type] ?? []) : [subjects[type]];
    return parameters.flatMap((name) => {
      const link = links[type]?.[name];
      return link === undefined ? [] : namesOf(this.world, link, resource);
    });
  }

  private isOfTreated(resource: Plain): boolean {
    const { resourceType: type } = resource;
    // Where nobody is treated the rule has nothing to say, also of a Binary.
    if (this.carers().length === 0) return false;
    if (type === 'Patient') return this.isTreated(resource);
    if (type === 'Binary') return resource.securityContext !== undefined;
    return this.about(resource).some((name) => {
      const patient = name.startsWith('Patient/') ? this.world.current.get(name) : undefined;
      return patient !== undefined && this.isTreated(patient);
    });
  }

  private carers(): readonly string[] {
    const { institution, fhirUser = '' } = this.asker.principal;
    const person = fhirUser.startsWith('Practitioner') ? [fhirUser] : [];
    return [...(institution === undefined || institution === '*' ? [] : [`Organization/${institution}`]), ...person];
  }

  private isTreated({ id, generalPractitioner }: Plain): boolean {
    const days = this.asker.role.relationship?.days ?? 0;
    const since = new Date(Date.UTC(2026, 5, 15) - days * 86_400_000).toISOString().slice(0, 10);
    const isOurs = (reference: Plain, throughRole = false) => this.isCarer(reference, throughRole);
    const ofPatient = [...this.world.current.values()].filter(
      (one) => this.about(one).includes(`Patient/${id}`) && ['Encounter', 'EpisodeOfCare', 'CareTeam'].includes(one.resourceType),
    );
    if (list(generalPractitioner).some((one) => isOurs(one, true))) return true;
    return ofPatient.some((one) => {
      if (one.resourceType === 'CareTeam') {
        const runs = one.status === 'active' && (one.period === undefined || (one.period.end ?? '9999') >= since);
        return runs && one.participant.some(({ member }: Plain) => isOurs(member, true));
      }
      const going = one.resourceType === 'Encounter' ? ['planned', 'in-progress'] : ['active', 'onhold'];
      const ours =
        one.resourceType === 'Encounter'
          ? isOurs(one.serviceProvider) || list(one.participant).some(({ individual }) => isOurs(individual, true))
          : isOurs(one.managingOrganization) || isOurs(one.careManager);
      return ours && isTimely(one, going, since);
    });
  }

  private isCarer(reference: Plain, throughRole: boolean): boolean {
    if (reference?.reference === undefined) return false;
    const name = this.local(reference.reference);
    const carers = this.carers();
    const role = throughRole && name.startsWith('PractitionerRole/') ? this.world.current.get(name) : undefined;
    return carers.includes(name) || (role !== undefined && carers.includes(this.local(role.practitioner.reference)));
  }

  private local(reference: string): string {
    return reference.replace(`${this.world.base}/`, '');
  }

  private mayChange(resource: Plain): boolean {
    const { institution } = this.asker.principal;
    const recorded = institutionsOf(resource);
    if (this.asker.role.changes === 'all' || institution === '*') return true;
    return institution === undefined ? recorded.length === 0 : recorded.includes(institution);
  }

  /** Nothing is written about a patient who may not be seen. */
  private mayTellOf(resource: Plain): boolean {
    const { resourceType: type } = resource;
    if (this.asker.role.writesAbout === 'anyone' || ['Patient', 'Binary'].includes(type)) return true;
    if (this.asker.role.sees === 'all' || this.asker.shared.includes('Patient')) return true;
    return this.about(resource).every((name) => {
      const patient = this.world.current.get(name);
      if (name === '#') return true;
      return patient === undefined ? subjects[type] === undefined : this.isSeen(patient);
    });
  }

  private isCleared(resource: Plain): boolean {
    const { clearance = 'N', permits = [] } = this.asker.role;
    if (confidentialityOf(resource) > levels.indexOf(clearance)) return false;
    const codes = list(resource.meta?.security).filter(({ system }) => system === sensitivitySystem);
    return permits === '*' || codes.every(({ code }) => permits.includes(code) || !sensitiveCodes.includes(code));
  }

  private isConsented(act: Act, resource: Plain): boolean {
    const { resourceType: type, id } = resource;
    const isConcerned = type === 'Patient' || subjects[type] !== undefined || type === 'Appointment';
    if (this.breaksGlass || !isConcerned) return true;
    const names = type === 'Patient' ? [`Patient/${id}`] : this.about(resource).filter((name) => this.world.current.has(name));
    const all = [...this.world.current.values()].filter(({ resourceType }) => resourceType === 'Consent');
    return consentsAllow({
      asker: this.asker,
      act: act === 'create' ? act : act === 'read' || act === 'search' ? 'read' : 'change',
      resource,
      name: `${type}/${id}`,
      all,
      ofPatient: all.filter(({ patient }) => names.includes(this.local(patient.reference))),
      local: (reference) => this.local(reference),
    });
  }
}

function isTimely({ status, period }: Plain, going: readonly string[], since: string): boolean {
  if (period === undefined) return false;
  const { start = '0000', end } = period;
  if (going.includes(status)) return (end ?? '9999') >= since && start <= '2026-06-16';
  return status === 'finished' && end !== undefined && end >= since && end <= '2026-06-16';
}

function institutionsOf({ meta }: Plain): readonly string[] {
  return list(meta?.tag)
    .filter(({ system }) => system === institutionSystem)
    .map(({ code }) => code);
}
