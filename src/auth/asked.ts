/** What an authorization request under way asks of a person: read from what the library keeps of it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import { errors } from 'oidc-provider';
import { parseScopes, type SmartScope } from '../access/scopes.js';
import type { Asked, AskingClient } from './interactions.js';
import { findLaunch, type Launch } from './launch-handles.js';
import type { LibraryClient } from './own-client.js';
import type { AuthRooms } from './rooms.js';

type Details = Awaited<ReturnType<Provider['interactionDetails']>>;

export interface UnderWay {
  readonly details: Details;
  readonly client: LibraryClient;
  readonly launch?: Launch;
  readonly scopes: readonly SmartScope[];
}

/** undefined: there is none, it took too long, or its client is no more. */
export async function underWay(
  rooms: AuthRooms,
  provider: Provider,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<UnderWay | undefined> {
  const details = await provider.interactionDetails(req, res).catch((error: unknown) => {
    if (error instanceof errors.SessionNotFound) return undefined;
    throw error;
  });
  if (details === undefined) return undefined;
  const { client_id: id, launch: handle, scope } = details.params as { client_id: string; launch?: string; scope?: string };
  const client = await provider.Client.find(id);
  const launch = handle === undefined ? undefined : await findLaunch(rooms.states, handle);
  if (client === undefined || (handle !== undefined && launch === undefined)) return undefined;
  return { details, client, scopes: parseScopes(scope ?? '', rooms.types), ...(launch === undefined ? {} : { launch }) };
}

export function askedOf({ details, client, launch, scopes }: UnderWay): Asked {
  const { login_hint: hint, ui_locales: locales, redirect_uri: redirectUri } = details.params as Record<string, string | undefined>;
  const account = details.session?.accountId;
  return {
    uid: details.uid,
    prompt: details.prompt.name === 'consent' ? 'consent' : 'login',
    client: askingClient(client, redirectUri ?? ''),
    scopes,
    choosePatient: needsPatient(scopes) && launch?.context.patient === undefined,
    chooseEncounter: has(scopes, 'launch/encounter') && launch?.context.encounter === undefined,
    emergency: has(scopes, '__btg'),
    languages: locales?.split(' ') ?? [],
    ...(account === undefined ? {} : { account }),
    ...(hint === undefined ? {} : { loginHint: hint }),
    ...(launch === undefined ? {} : { launch: launch.context, demandedAccount: launch.account }),
  };
}

function askingClient(client: LibraryClient, redirectUri: string): AskingClient {
  const { clientId: id, clientName: name = id, clientUri: uri, policyUri, tosUri } = client;
  const { origin, protocol } = new URL(redirectUri);
  return {
    id,
    name,
    // Of an app on a device there is a scheme alone.
    redirectOrigin: origin === 'null' ? protocol : origin,
    ...(uri === undefined ? {} : { uri }),
    ...(policyUri === undefined ? {} : { policyUri }),
    ...(tosUri === undefined ? {} : { tosUri }),
  };
}

/** Scopes of a patient mean nothing without one, so they imply launch/patient. Source: SMART App Launch 2.2 scopes-and-launch-context.html */
export function needsPatient(scopes: readonly SmartScope[]): boolean {
  return scopes.some((scope) => (scope.kind === 'resource' ? scope.context === 'patient' : scope.text === 'launch/patient'));
}

export function has(scopes: readonly SmartScope[], text: string): boolean {
  return scopes.some((scope) => scope.text === text);
}
