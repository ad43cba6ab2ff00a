/**
 * How large and how deep the result of a patch may become: a patch of a few lines could otherwise double a resource again and again, or
 * nest it deeper than it could be read back.
 */
import { isObject, type Json } from '../../model/json.js';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import { MAX_DEPTH } from '../../model/parse-json.js';

/** Bytes of the result, unless the resource had more already. */
const MAX_BYTES = 10 * 1024 * 1024;

interface Extent {
  /** Bytes of JSON text, or a little less. */
  readonly bytes: number;
  /** Levels of arrays and objects. */
  readonly depth: number;
}

export interface Allowance {
  /** `value` is to stand `level` levels deep. Throws FhirError 422 where that is too deep or too much. */
  take(value: Json, level: number): void;
  /** It stands there no longer. */
  give(value: Json): void;
}

/** What may still be added to a document of so many bytes. Parts that are shared are measured once. */
export function createAllowance(present: number): Allowance {
  const known = new WeakMap<object, Extent>();
  let bytes = present;
  const most = Math.max(MAX_BYTES, bytes);
  return {
    take(value, level) {
      const extent = extentOf(value, known);
      if (level + extent.depth > MAX_DEPTH) throw tooDeep();
      bytes += extent.bytes;
      if (bytes > most) throw tooLarge();
    },
    give(value) {
      bytes -= extentOf(value, known).bytes;
    },
  };
}

const SEPARATORS = 2;

function extentOf(value: Json, known: WeakMap<object, Extent>): Extent {
  if (typeof value === 'string') return { bytes: Buffer.byteLength(value) + SEPARATORS, depth: 0 };
  if (!Array.isArray(value) && !isObject(value)) return { bytes: String(value).length, depth: 0 };
  const before = known.get(value);
  if (before !== undefined) return before;
  let bytes = SEPARATORS;
  let depth = 0;
  const add = (child: Json | undefined): void => {
    if (child === undefined) return;
    const extent = extentOf(child, known);
    bytes += extent.bytes + 1;
    depth = Math.max(depth, extent.depth);
  };
  if (Array.isArray(value)) for (const item of value as readonly Json[]) add(item);
  else {
    for (const [name, child] of Object.entries(value)) {
      bytes += Buffer.byteLength(name) + SEPARATORS;
      add(child);
    }
  }
  const extent = { bytes, depth: depth + 1 };
  known.set(value, extent);
  return extent;
}

function tooDeep() {
  return fault(
    'processing',
    message('patched-too-deep', `The patch nests the resource more than ${MAX_DEPTH} levels deep`, `补丁使资源嵌套超过 ${MAX_DEPTH} 层`),
  );
}

function tooLarge() {
  const size = `${MAX_BYTES / 1024 / 1024} MB`;
  return fault('too-long', message('patched-too-large', `The patch makes the resource larger than ${size}`, `补丁使资源超过 ${size}`), {
    status: 422,
  });
}
