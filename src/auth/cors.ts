/** The pages that may ask from a browser: those of the client's own addresses. Source: SMART App Launch 2.2 app-launch.html#considerations-for-cross-origin-resource-sharing-cors-support */
import { type LibraryClient, ownOf } from './own-client.js';

export function isKnownOrigin(origin: string, client: LibraryClient): boolean {
  const { launch_uri: launchUri } = ownOf(client);
  const addresses = [
    ...(client.redirectUris ?? []),
    ...(client.postLogoutRedirectUris ?? []),
    ...(launchUri === undefined ? [] : [launchUri]),
  ];
  return addresses.some((uri) => /^https?:/.test(uri) && new URL(uri).origin === origin);
}
