/** FHIRPath Patch written short. Source: R4 fhirpatch.html#format */
export interface PatchOperation {
  readonly type: string;
  readonly path: string;
  readonly name?: string;
  readonly index?: number;
  readonly source?: number;
  readonly destination?: number;
  /** What the part holds: `{ valueString: 'x' }`. */
  readonly value?: object;
}

export function patchParameters(...operations: readonly PatchOperation[]) {
  return {
    resourceType: 'Parameters',
    parameter: operations.map((operation) => ({
      name: 'operation',
      part: Object.entries(operation).map(([name, value]) => part(name, value)),
    })),
  };
}

function part(name: string, value: string | number | object): object {
  if (typeof value === 'object') return { name, ...value };
  if (typeof value === 'number') return { name, valueInteger: value };
  return name === 'type' ? { name, valueCode: value } : { name, valueString: value };
}
