/** All writes of a transaction as one commit. Source: R4 http.html#trules */
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import { keyText } from '../../model/resource.js';
import type { Guard } from '../../store/port.js';
import type { Identified } from './identify.js';

/** No instance may stand twice among what is written. Throws FhirError 400. */
export function refuseSameTarget(identified: readonly Identified[]): void {
  const first = new Map<string, number>();
  for (const one of identified) {
    if (one.kind !== 'write') continue;
    const name = keyText(one.key);
    const earlier = first.get(name);
    if (earlier !== undefined) {
      const text = message(
        'same-target-twice',
        `The entries ${earlier} and ${one.entry.index} both change ${name}`,
        `条目 ${earlier} 与 ${one.entry.index} 都要更改 ${name}`,
      );
      throw fault('invalid', text, { expression: `Bundle.entry[${one.entry.index}]` });
    }
    first.set(name, one.entry.index);
  }
}

/** Guards over the same search become one that holds all their names. */
export function mergeGuards(guards: readonly Guard[]): Guard[] {
  const merged = new Map<Guard['where'], Guard>();
  for (const guard of guards) {
    const same = merged.get(guard.where);
    merged.set(guard.where, same === undefined ? guard : { ...same, names: [...new Set([...same.names, ...guard.names])] });
  }
  return [...merged.values()];
}
