/**
 * The profiles of local packages, each with a snapshot it can be compiled from: FHIR packages may carry differentials alone.
 * Source: R4 profiling.html#snapshot
 */
import type { StructureDefinition } from 'fhir/r4.js';
import type { ConformanceResource, PackageResource } from './packages.js';
import type { LookUp } from './snapshot/look-up.js';
import type { Reason } from './snapshot/reasons.js';
import { withSnapshot } from './snapshot/snapshot.js';

/** The same resources, those that lacked a usable snapshot with one. Throws with the file's name where none can be made. */
export function withSnapshots(resources: readonly PackageResource[]): readonly PackageResource[] {
  const lookUp = among(resources);
  return resources.map((found) => {
    const { resource } = found;
    if (!found.package.local || resource.resourceType !== 'StructureDefinition') return found;
    const result = withSnapshot(resource as unknown as StructureDefinition, lookUp);
    if (result.kind === 'refused') throw new Error(refusal(found, result.reasons));
    return { ...found, resource: result.structure as unknown as ConformanceResource };
  });
}

function among(resources: readonly PackageResource[]): LookUp {
  const structures = new Map<string, StructureDefinition>();
  for (const { resource, package: from } of resources) {
    if (resource.resourceType !== 'StructureDefinition') continue;
    const structure = resource as unknown as StructureDefinition;
    const versions = [structure.version, from.version].map((version) => `${structure.url}|${version}`);
    for (const canonical of [structure.url, ...versions]) if (!structures.has(canonical)) structures.set(canonical, structure);
  }
  return (canonical) => structures.get(canonical);
}

function refusal({ package: from, file, resource }: PackageResource, reasons: readonly Reason[]): string {
  const shown = reasons.slice(0, 5).map(({ expression, message }) => `${expression}: ${message.en}`);
  return `${from.folder}/${file}: StructureDefinition/${resource.id} has no usable snapshot, and none can be made:\n  ${shown.join('\n  ')}`;
}
