/**
 * References of what is written that lead to nothing: neither to what the same request writes nor to what is here. What the asker may not
 * see counts as absent, so that nobody learns by referring to it that it is there; but a reference that the version before had already may stay
 * as long as its target is there. Source: R4 references.html#literal, security.html#AccessDenied
 */
import { type Access, isUnrestricted, unrestricted } from '../access/access.js';
import { createBreath } from '../model/breath.js';
import { message } from '../model/message.js';
import { type Key, keyText } from '../model/resource.js';
import { type LocalTarget, targetText } from '../search/each-reference.js';
import type { Guard, Write } from '../store/port.js';
import { type Finding, type IntegrityRooms, type Judged, type Left, type ToJudge, targetName } from './integrity-findings.js';
import { localPlaces } from './local-places.js';
import { type Present, present } from './present.js';

interface Referring {
  readonly write: Write;
  readonly targets: readonly LocalTarget[];
}

export async function judgeReferences(rooms: IntegrityRooms, { writes, left, access, severity }: ToJudge): Promise<Judged> {
  const referring = await allReferring(rooms, writes);
  const there = await present(rooms.store, askedOf(referring, left), access);
  const versions = await versionsThere(rooms, referring, left);
  const isMet = (target: LocalTarget): boolean => {
    const { name, version } = target;
    if (left.gone.has(name) || !(left.written.has(name) || there.names.has(name))) return false;
    return version === undefined || isWritten(target, left) || versions.has(targetText(target));
  };
  const unmet = referring.flatMap(({ write, targets }) => {
    const some = targets.filter((target) => !isMet(target));
    return some.length === 0 ? [] : [{ write, targets: some }];
  });
  const guards = guardsOf(there);
  const findings: Finding[] = [];
  for (const one of unmet) {
    const kept = await keptBefore(rooms, one, left, access);
    if (kept !== undefined) guards.push(...guardsOf(kept));
    const isKept = (target: LocalTarget) =>
      kept?.names.has(target.name) && (target.version === undefined || versions.has(targetText(target)));
    const missing = one.targets.filter((target) => !isKept(target));
    findings.push(...(await located(rooms, { write: one.write, targets: missing }, severity)));
  }
  return { findings, guards };
}

function guardsOf({ found }: Present): Guard[] {
  return found.map((one) => ({ ...one, names: [], shared: one.keys.map((key) => targetName(keyText(key))) }));
}

async function allReferring(rooms: IntegrityRooms, writes: readonly Write[]): Promise<readonly Referring[]> {
  const all: Referring[] = [];
  const breath = createBreath();
  for (const write of writes) {
    const { type, json } = write.version;
    if (json === null) continue;
    const targets = rooms.references.targets(type, write.entries) ?? (await localPlaces(rooms, json)).map(({ target }) => target);
    if (targets.length > 0) all.push({ write, targets });
    const pause = breath();
    if (pause !== undefined) await pause;
  }
  return all;
}

/** Each instance once, but for those that are written or deleted. */
function askedOf(referring: readonly Referring[], { written, gone }: Left): readonly Key[] {
  const asked = new Map<string, Key>();
  for (const { targets } of referring) {
    for (const { name, key } of targets) {
      if (!asked.has(name) && !written.has(name) && !gone.has(name)) asked.set(name, key);
    }
  }
  return [...asked.values()];
}

function isWritten({ name, version }: LocalTarget, { written }: Left): boolean {
  return String(written.get(name)) === version;
}

/** Of the versions that are named, those that are in the store and no deletions. */
async function versionsThere({ store }: IntegrityRooms, referring: readonly Referring[], left: Left): Promise<ReadonlySet<string>> {
  const asked = new Map<string, Key & { readonly version: number }>();
  for (const target of referring.flatMap(({ targets }) => targets)) {
    const { key, version = '' } = target;
    if (/^[1-9]\d{0,14}$/.test(version) && !isWritten(target, left)) asked.set(targetText(target), { ...key, version: Number(version) });
  }
  if (asked.size === 0) return new Set();
  const found = await store.read([...asked.values()]);
  return new Set([...asked.keys()].filter((_, at) => (found[at]?.json ?? null) !== null));
}

/** Of what may not be seen, that which the version before referred to already, and which is there. */
async function keptBefore(rooms: IntegrityRooms, { write, targets }: Referring, left: Left, access: Access): Promise<Present | undefined> {
  const { type, id } = write.version;
  const hidden = targets.filter(({ key, name }) => !left.gone.has(name) && !seesAll(access, key.type));
  if (write.replaces === 0 || hidden.length === 0) return undefined;
  const [before] = await rooms.store.read([{ type, id, version: write.replaces }]);
  const json = before?.json ?? null;
  if (json === null) return undefined;
  const names = new Set((await localPlaces(rooms, json)).map(({ target }) => target.name));
  const kept = hidden.filter(({ name }) => names.has(name)).map(({ key }) => key);
  return present(rooms.store, kept, unrestricted);
}

function seesAll(access: Access, type: string): boolean {
  const restriction = access.restriction('read', type);
  return restriction !== undefined && isUnrestricted(restriction);
}

/** Each place in which one of them stands. */
async function located(rooms: IntegrityRooms, { write, targets }: Referring, severity: ToJudge['severity']): Promise<readonly Finding[]> {
  const { json } = write.version;
  if (targets.length === 0 || json === null) return [];
  const missing = new Set(targets.map(targetText));
  const places = (await localPlaces(rooms, json)).filter(({ target }) => missing.has(targetText(target)));
  return places.map(({ reference, path }) => ({
    write,
    issue: { severity, code: 'not-found', message: toNothing(reference), expression: path },
  }));
}

function toNothing(reference: string) {
  return message(
    'reference-to-nothing',
    `The reference ${reference} leads to nothing; a resource that is here, or is written by the same Bundle, was expected`,
    `引用 ${reference} 未指向任何资源；应指向此处现有的资源，或同一 Bundle 写入的资源`,
  );
}
