/** What a case of the REST suite is made of, and where the cases are. The format is described in conformance/README.md. */
import type { Json } from '../../src/model/json.js';
import { readCases, readData } from '../data.js';

/** Exactly this text; or what it must match; or not to be there at all. */
export type HeaderWish = string | { readonly matches: string } | { readonly absent: true };

export interface Expectation {
  /** One status, one of several, or a class of them: `4xx`. */
  readonly status?: number | string | readonly (number | string)[];
  /** Where a request was sent several times at once: how often each status must have come. */
  readonly statuses?: Readonly<Record<string, number>>;
  readonly headers?: Readonly<Record<string, HeaderWish>>;
  /** FHIRPath on the resource in the body, each to be true. */
  readonly fhirpath?: readonly string[];
  /** `true`: an OperationOutcome with an error in it; a text or several: with one of these issue codes. */
  readonly outcome?: true | string | readonly string[];
  readonly text?: {
    readonly equals?: string;
    readonly contains?: readonly string[];
    readonly lacks?: readonly string[];
    readonly matches?: string;
  };
  /** The body is no byte long. */
  readonly empty?: true;
  /** The body's bytes, in base64. */
  readonly bytes?: string;
  readonly found?: Found;
}

/** What a Bundle must hold of a search, by ids. */
export interface Found {
  /** Of the matches, all of them. */
  readonly matches?: readonly string[];
  /** The matches come as they are listed. */
  readonly inOrder?: boolean;
  /** Of what is included, all of it; nothing unless said otherwise. */
  readonly included?: readonly string[];
  /** Unless said otherwise a total that is there must fit the matches of a search that has one page. */
  readonly total?: number;
  /** Of the self link, its percent-encoding taken off. */
  readonly self?: { readonly contains?: readonly string[]; readonly lacks?: readonly string[] };
}

export interface Step {
  /** Method and path: `GET Patient/{{patient.id}}`. */
  readonly request: string;
  /** null: not to be sent, though it usually is. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** A text is sent as it stands, all else as JSON. */
  readonly body?: Json;
  /** The body's bytes, in base64. */
  readonly bytes?: string;
  readonly gzip?: true;
  /** How often it is sent at the same moment. */
  readonly together?: number;
  /** The name by which later steps refer to the answer. */
  readonly as?: string;
  readonly expect?: Expectation;
}

export interface Case {
  readonly id: string;
  /** Document and section: `R4 http.html#create`. */
  readonly source: string;
  readonly title: string;
  /** Another server could fairly decide otherwise. */
  readonly choice?: true;
  /** FHIRPath on the CapabilityStatement: where it is not true, the server does not claim what the case is about. */
  readonly claimed?: string;
  /** Steps that others share, by their names in given.json. */
  readonly given?: readonly string[];
  readonly steps: readonly Step[];
}

/** All cases, the shared steps put before their own. Throws an Error where an id stands twice. */
export function loadCases(): readonly Case[] {
  const shared = readData('rest/given.json') as unknown as Readonly<Record<string, readonly Step[]>>;
  const cases = readCases<Case>('rest/cases');
  return cases.map((one) => ({ ...one, steps: [...(one.given ?? []).flatMap((name) => sharedSteps(shared, name)), ...one.steps] }));
}

function sharedSteps(shared: Readonly<Record<string, readonly Step[]>>, name: string): readonly Step[] {
  const steps = shared[name];
  if (steps === undefined) throw new Error(`given.json has nothing named ${name}`);
  return steps;
}
