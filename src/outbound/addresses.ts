/**
 * Which addresses lead out to others. Whoever may have the server fetch a URL must not reach by it what only the server can reach.
 * Source: RFC 6890 (special-purpose addresses), RFC 4291 §2.4, RFC 6052 §3 (NAT64); OWASP SSRF prevention
 */
import ipaddr from 'ipaddr.js';

/** Global unicast: all that is given out so far. What is written in other ways (mapped, compatible, translated) lies outside. */
const globalUnicast = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number];

/** Whether an address, as the resolver gives it or as it stands in a URL without brackets, is one of the public network. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv4 || address.match(globalUnicast);
}
