/** Who stands below whom, gathered while a table is made: by place, or by a code that may come later. Source: R4 codesystem.html#hierarchy */
import { createNumbers, type Links } from './vectors.js';

/** Of a concept that is there, its place; else its code. */
type End = number | string;

export interface Linking {
  add(parent: End, child: End): void;
  /** The parents of each place, in the order in which they were named. Those that are not there say nothing. */
  done(count: number): Links;
}

export function createLinking(placeOf: (code: string) => number): Linking {
  const [parents, children]: [number[], number[]] = [[], []];
  const codes: string[] = [];
  /** A code is its number in `codes`, below zero. */
  const noted = (end: End) => (typeof end === 'number' ? end : -codes.push(end));
  const found = (end: number) => (end >= 0 ? end : placeOf(codes[-1 - end] ?? ''));
  return {
    add(parent, child) {
      parents.push(noted(parent));
      children.push(noted(child));
    },
    done: (count) => linked(count, parents.map(found), children.map(found)),
  };
}

function linked(count: number, parents: readonly number[], children: readonly number[]): Links {
  // Of each place its latest link, and of each link the one before it at the same place; from 1.
  const latest = new Uint32Array(count);
  const before = new Uint32Array(parents.length + 1);
  for (const [at, child] of children.entries()) {
    if (child < 0 || (parents[at] ?? -1) < 0) continue;
    before[at + 1] = latest[child] ?? 0;
    latest[child] = at + 1;
  }
  const places = createNumbers();
  const ends = createNumbers();
  for (let child = 0; child < count; child++) {
    const own: number[] = [];
    for (let at = latest[child] ?? 0; at > 0; at = before[at] ?? 0) own.push(parents[at - 1] ?? 0);
    for (const parent of own.length > 1 ? new Set(own.reverse()) : own) places.add(parent);
    ends.add(places.count());
  }
  return { places: places.done(), ends: ends.done() };
}
