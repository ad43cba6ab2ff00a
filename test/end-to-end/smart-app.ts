/** An app on `fhirclient`'s node adapter, whose session is an object. Its own types want those of a browser, which nothing else here has. */
import { createRequire } from 'node:module';
import type { JWK } from 'jose';

export interface AskedFor {
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly clientPrivateJwk?: JWK;
  readonly scope: string;
  /** The FHIR base. */
  readonly iss: string;
  readonly launch?: string;
}

/** The part of its client that is used here. */
export interface AppClient {
  readonly patient: { readonly id: string | null; read(): Promise<unknown> };
  readonly encounter: { readonly id: string | null };
  readonly user: { readonly fhirUser: string | null };
  readonly state: { readonly tokenResponse?: Readonly<Record<string, unknown>> };
  request(url: string): Promise<unknown>;
  refresh(): Promise<unknown>;
}

interface SmartApi {
  authorize(asked: AskedFor & { readonly redirectUri: string; readonly noRedirect: true; readonly pkceMode: 'required' }): Promise<string>;
  ready(): Promise<AppClient>;
}

type Smart = (request: object, response: object) => SmartApi;

export interface App {
  /** Where the person is sent. */
  begin(asked: AskedFor): Promise<string>;
  /** `back`: where the person came back to. */
  finish(back: URL): Promise<AppClient>;
}

export function newApp(redirectUri: string): App {
  const smart = createRequire(import.meta.url)('fhirclient') as Smart;
  const session = {};
  const { host } = new URL(redirectUri);
  const at = (url: string) => smart({ url, headers: { host }, socket: {}, session }, {});
  return {
    begin: (asked) => at('/launch').authorize({ ...asked, redirectUri, noRedirect: true, pkceMode: 'required' }),
    finish: ({ pathname, search }) => at(`${pathname}${search}`).ready(),
  };
}
