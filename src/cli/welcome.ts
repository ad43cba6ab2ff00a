/** What `serve` says besides where it serves: how to go on at the first start, and what is wrong with an address. */
import { isLoopback } from '../model/loopback.js';

/** Tokens that go over the network in clear are anybody's. */
export function warningOf(url: string): string {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || isLoopback(hostname)) return '';
  return `Warning: ${url} is not https: passwords and tokens can be read on the way. Put a proxy with TLS in front and set BASE_URL to its address.\n`;
}

/** Shown once for a store. */
export function welcome(url: string, token: string): string {
  return `
This store is served with access control for the first time. Keys were made, and a token with which apps may register themselves:

  ${token}

It lasts a week and is not shown again; lianyi registration-token makes another. What to do next:
  lianyi user add NAME --role ROLE    somebody who can sign in (the roles: lianyi policy show)
  lianyi client add …                 an app or a system that you register yourself
Apps find everything else at ${url}/.well-known/smart-configuration

`;
}
