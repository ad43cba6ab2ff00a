/** Whether an operation that names types is for one of them. Source: R4 operationdefinition.html#OperationDefinition.resource */
import type { Definitions } from '../definitions/definitions.js';

export function concerns(definitions: Definitions, type: string, named: readonly string[]): boolean {
  return named.includes(type) || named.some((one) => one === 'Resource' || (one === 'DomainResource' && definitions.baseOf(type) === one));
}
