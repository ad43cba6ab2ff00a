/** Where the authorization server is: beside the FHIR base, and so at the same origin. */

/** `https://h/x/fhir` → `https://h/x/auth` */
export function issuerOf(baseUrl: string): string {
  const url = new URL(baseUrl);
  return url.origin + url.pathname.replace(/\/[^/]*\/?$/, '/auth');
}
