/**
 * What SMART asks of an authorization request beyond OAuth. The library calls these once client and redirect URI are known to be right, so
 * that the app can be told. Source: SMART App Launch 2.2 app-launch.html#obtain-authorization-code
 */
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { findLaunch } from './launch-handles.js';
import type { LibraryClient } from './own-client.js';
import { askedScopes, isBase } from './resource-scopes.js';
import type { AuthRooms } from './rooms.js';

interface Parameters {
  scope?: string;
  readonly state?: string;
}

export function authorizeChecks(rooms: AuthRooms): Configuration['extraParams'] {
  return {
    aud(ctx, aud) {
      const { state } = parametersOf(ctx);
      if (state === undefined || state === '') throw new errors.InvalidRequest('state is required');
      // RFC 8707's name for the same; where it is given it was compared already.
      if (aud === undefined && ctx.query.resource === undefined) throw new errors.InvalidRequest(`aud is required: ${rooms.base}`);
      if (aud !== undefined && !isBase(rooms, aud)) throw new errors.InvalidRequest(`aud must be ${rooms.base}`);
    },
    async launch(ctx, launch, client) {
      const parameters = parametersOf(ctx);
      const asked = parameters.scope?.split(' ') ?? [];
      if (launch !== undefined) await checkLaunch(rooms, launch, client, asked);
      const possible = askedScopes(rooms, client, parameters.scope ?? '')
        .map(({ text }) => text)
        .filter((text) => text !== 'launch' || launch !== undefined);
      if (possible.length === 0) throw new errors.InvalidScope('none of the scopes is one that this client may ask for', shownOf(asked));
      // The pages, the code and the tokens are about these alone.
      parameters.scope = possible.join(' ');
    },
  };
}

function parametersOf(ctx: KoaContextWithOIDC): Parameters {
  return (ctx.oidc.params ?? {}) as Parameters;
}

/** It comes back in the address that the app is called by, which may not be as long as what a form can hold. */
function shownOf(asked: readonly string[]): string {
  return asked.join(' ').slice(0, 500);
}

async function checkLaunch(rooms: AuthRooms, id: string, client: LibraryClient, asked: readonly string[]): Promise<void> {
  if (!asked.includes('launch')) throw new errors.InvalidRequest('launch needs the scope launch');
  const launch = await findLaunch(rooms.states, id);
  if (launch === undefined || launch.client !== client.clientId || launch.presentBy <= rooms.now()) {
    throw new errors.InvalidRequest('launch is unknown, used up, too old, or was made for another client');
  }
}
