/** Source: R4 references.html#literal */

/** Absolute URLs into this server become relative ones. */
export function localize(reference: string, baseUrl: string): string {
  return reference.startsWith(`${baseUrl}/`) ? reference.slice(baseUrl.length + 1) : reference;
}
