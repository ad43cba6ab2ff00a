/** The media types a patch may come in, for HTTP and for the Binary of a Bundle's entry. Source: R4 http.html#patch; RFC 6902 §6, RFC 7396 §4 */
import type { PatchFormat } from '../request.js';

const formats: ReadonlyMap<string, PatchFormat> = new Map([
  ['application/json-patch+json', 'json-patch'],
  ['application/merge-patch+json', 'merge-patch'],
  ['application/fhir+json', 'fhirpath-patch'],
  ['application/fhir+xml', 'fhirpath-patch'],
]);

/** Those the server says it takes. */
export const patchMediaTypes: readonly string[] = [...formats.keys()];

/** Those of them that a Binary may hold. */
export const jsonPatchMediaTypes: readonly string[] = patchMediaTypes.filter((type) => type.endsWith('json'));

/** `mediaType` without parameters; undefined: no patch comes in it. */
export function patchFormatOf(mediaType: string): PatchFormat | undefined {
  return formats.get(mediaType.toLowerCase());
}
