/**
 * Between an authorization request and its answer stand people: what the pages that ask them are told, and what they may settle. The pages
 * (`pages/`) draw and read forms; sessions, grants and tokens are made on this side.
 * Source: SMART App Launch 2.2 app-launch.html
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SmartScope } from '../access/scopes.js';
import type { Emergency, LaunchContext } from './launch-context.js';

/** What the person in front of a page is to settle. */
export interface Asked {
  /** In the address of the page: `<issuer>/interaction/<uid>`; all its forms lead to addresses below that, for its cookie goes no further. */
  readonly uid: string;
  readonly prompt: 'login' | 'consent';
  readonly client: AskingClient;
  /** Id of the account that is signed in. */
  readonly account?: string;
  /** Id of the account that the launch was made for: no other will do. */
  readonly demandedAccount?: string;
  /** The name to sign in with, as the app proposes it. */
  readonly loginHint?: string;
  /** Asked for, known and within what the client is registered for. */
  readonly scopes: readonly SmartScope[];
  /** There must be a patient, and the launch brings none. */
  readonly choosePatient: boolean;
  /** One may be chosen, of the patient's; the scope falls away where none is. */
  readonly chooseEncounter: boolean;
  /** Emergency access is asked for: reason and purpose have to be typed in. */
  readonly emergency: boolean;
  /** What the launch brings from the system that it was made in. */
  readonly launch?: LaunchContext;
  /** `ui_locales` of the request, most wanted first. */
  readonly languages: readonly string[];
}

export interface AskingClient {
  readonly id: string;
  readonly name: string;
  readonly uri?: string;
  readonly policyUri?: string;
  readonly tosUri?: string;
  /** Where the browser goes from here, which the content security policy of a page with a form has to allow. */
  readonly redirectOrigin: string;
}

/** What somebody agreed to. */
export interface Given {
  /** Of those asked for, or finer ones in their place. */
  readonly scopes: readonly string[];
  /** Id of a Patient that the account may choose: the page has made sure of it. */
  readonly patient?: string;
  readonly encounter?: string;
  readonly emergency?: Emergency;
}

export interface SignedIn {
  /** Id of the account. */
  readonly account: string;
  /** RFC 8176: `pwd`, `otp`. */
  readonly methods: readonly string[];
}

/** A grant as its owner sees it. */
export interface GrantShown {
  readonly id: string;
  readonly client: { readonly id: string; readonly name: string };
  readonly scopes: readonly string[];
  readonly patient?: string;
  readonly emergency?: Emergency;
  /** Milliseconds UTC. */
  readonly madeAt: number;
  readonly expires: number;
}

export interface Interactions {
  /** undefined: there is none, or it took too long. */
  asked(req: IncomingMessage, res: ServerResponse): Promise<Asked | undefined>;
  /** Answers by sending the browser on. */
  finishSignIn(req: IncomingMessage, res: ServerResponse, signedIn: SignedIn): Promise<void>;
  /** Makes the grant, and answers by sending the browser on. Throws FhirError where what was given does not fit what was asked. */
  finishConsent(req: IncomingMessage, res: ServerResponse, given: Given): Promise<void>;
  /** The person does not agree: the app is told so. */
  refuse(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** Id of the account whose session the request is of, outside of any authorization. */
  signedIn(req: IncomingMessage, res: ServerResponse): Promise<string | undefined>;
  /** Begins a session outside of any authorization: its cookie is set on `res`. */
  startSession(req: IncomingMessage, res: ServerResponse, signedIn: SignedIn): Promise<void>;
  /** Those of an account that still give access, newest first. */
  grants(account: string): Promise<readonly GrantShown[]>;
  /** Ends what it gave, tokens that are out included; false where the account has none of that id. */
  revokeGrant(account: string, grant: string): Promise<boolean>;
}

/** A page to be sent. */
export interface Page {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What is drawn and read. */
export interface Pages {
  /** `path` begins behind the issuer: `/interaction/…`, `/grants`; false where it is none of theirs. */
  serve(req: IncomingMessage, res: ServerResponse, path: string): Promise<boolean>;
  /** Nothing can be sent back to the app, or nothing must be. */
  error(req: IncomingMessage, error: { readonly code: string; readonly description?: string }): Page;
  /** Asks whether to sign out: a form that is posted to `action` with `xsrf`, and with `logout=yes` to agree. */
  signOut(req: IncomingMessage, form: { readonly action: string; readonly xsrf: string; readonly client?: string }): Page;
  signedOut(req: IncomingMessage, of: { readonly client?: string }): Page;
}
