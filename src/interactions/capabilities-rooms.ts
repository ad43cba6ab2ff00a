/** What the server's statements about itself are made from. Source: R4 http.html#capabilities */
import { instantText } from '../model/dates.js';
import type { JsonObject } from '../model/json.js';
import type { Rooms } from './intent.js';

export interface CapabilitiesRooms
  extends Pick<Rooms, 'definitions' | 'baseUrl' | 'search' | 'store' | 'now' | 'conditionalDelete' | 'integrity'> {
  /** How long an Idempotency-Key is remembered. */
  readonly idempotencyHours: number;
  readonly software: { readonly name: string; readonly version: string };
  readonly operations: readonly DescribedOperation[];
  /** What the store is told from others by. */
  readonly storeId: string;
  /** The profiles that every resource of a type must meet. */
  readonly demanded: (type: string) => readonly string[];
  /** Who may come in, and whether pages of other origins may ask: `CapabilityStatement.rest.security`. */
  readonly security: JsonObject;
  /** Code systems that are here whole. */
  readonly codeSystems: () => Promise<readonly HeldCodeSystem[]>;
  /** Present where accesses are recorded, as AuditEvents that nobody else writes. */
  readonly audit?: object;
  /** When this server was made ready, milliseconds UTC. */
  readonly since: number;
}

/** What the statements say of an operation. */
export interface DescribedOperation {
  readonly name: string;
  readonly definition: string;
  /** Input parameters that its definition has and it does not take, and those it takes beside. */
  readonly more?: readonly { readonly name: string }[];
  /** What TerminologyCapabilities says where there is this operation. */
  readonly capability?: Readonly<Record<string, JsonObject | string>>;
}

/** What each of the statements says of the server itself. */
export function aboutServer({ baseUrl, software, since }: Pick<CapabilitiesRooms, 'baseUrl' | 'software' | 'since'>) {
  return {
    status: 'active',
    date: instantText(since),
    kind: 'instance',
    software: { name: software.name, version: software.version },
    implementation: { description: 'Lianyi FHIR server', url: baseUrl },
  } as const;
}

export interface HeldCodeSystem {
  readonly uri: string;
  readonly version?: string;
  /** The version that is meant where none is named. */
  readonly isDefault?: boolean;
  readonly compositional?: boolean;
  readonly language: readonly string[];
  readonly property: readonly string[];
  readonly filter: readonly { readonly code: string; readonly op: readonly string[] }[];
  readonly subsumption: boolean;
  /** Known by a rule; no CodeSystem lists it. */
  readonly byRule?: true;
}
