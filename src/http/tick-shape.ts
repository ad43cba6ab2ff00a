/**
 * Node makes an object for each `process.nextTick`, several for a request. V8 writes such an object quickly as long as it knows its shape, and
 * forgets that in a full garbage collection that finds none of them; from then on each goes its slow way, which was a fifth
 * of what a read costs. So one of them is kept. Seen on Node 20 with reads of Patients; where Node does otherwise it does no harm.
 */
import { executionAsyncResource } from 'node:async_hooks';

const kept: object[] = [];

export function keepTickShape(): void {
  process.nextTick(() => void kept.push(executionAsyncResource()));
}
