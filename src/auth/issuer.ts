/** Where the authorization server is: beside the FHIR base, and so at the same origin. */

/** `https://host/x/fhir` → `https://host/x/auth` */
export function issuerOf(base: string): string {
  return base.replace(/\/[^/]*$/, '/auth');
}
