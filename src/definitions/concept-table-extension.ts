/** How a CodeSystem says that its concepts lie in a table beside it: the digest of that table. */

export const conceptTableUrl = 'https://lianyi.cn/fhir/StructureDefinition/concept-table';

/** undefined: its concepts are its own. Of any shape: not all that is in a store has passed the validator. */
export function tableDigestOf({ extension }: { readonly [field: string]: unknown }): string | undefined {
  if (!Array.isArray(extension)) return undefined;
  for (const one of extension as readonly unknown[]) {
    if (typeof one !== 'object' || one === null) continue;
    const { url, valueString } = one as { readonly url?: unknown; readonly valueString?: unknown };
    if (url === conceptTableUrl && typeof valueString === 'string') return valueString;
  }
  return undefined;
}

/** The same of a resource as it is stored. */
export function tableDigestIn(json: Buffer | null): string | undefined {
  // Most name none, and some are large.
  if (json === null || !json.includes(conceptTableUrl)) return undefined;
  return tableDigestOf(JSON.parse(json.toString()) as { readonly [field: string]: unknown });
}
