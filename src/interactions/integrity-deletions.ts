/**
 * Deletions of what is referred to. What the same request deletes too does not count, nor what it writes anew: that is judged by what it
 * refers to then. Referring resources are named as far as the asker may see them. Source: R4 http.html#delete (409)
 */
import { type Message, message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { type Key, keyText } from '../model/resource.js';
import type { Guard, Write } from '../store/port.js';
import { type Finding, type IntegrityRooms, type Judged, MOST_TOLD, type ToJudge, targetName } from './integrity-findings.js';
import { present } from './present.js';

/** Few are asked for one by one: each is asked for in every type, and a store finds the first of many that refer to one target at once. */
const FEW = 20;
const AT_ONCE = 50;
/** Of those that refer. */
const MOST_NAMED = 5;
/** Looked at beside what the request writes itself: among them are some that may be seen, if there are any. */
const LOOKED_AT = 20;

/** Throws FhirError 503 while it is not known yet what refers to them, and that would be refused. */
export async function judgeDeletions(rooms: IntegrityRooms, asked: ToJudge): Promise<Judged> {
  const { store, references } = rooms;
  const deletions = asked.writes.filter(({ version }) => version.json === null);
  const known = references.knownPart();
  if (known !== undefined && asked.severity === 'error') throw beingIndexed(known);
  const guards: Guard[] = [];
  const findings: Finding[] = known === undefined ? [] : deletions.map((write) => ({ write, issue: notKnown(known) }));
  const atOnce = deletions.length > FEW ? AT_ONCE : 1;
  for (let from = 0; from < deletions.length; from += atOnce) {
    const some = deletions.slice(from, from + atOnce);
    const names = some.map(({ version }) => keyText(version));
    const where = references.referrers(names);
    const [keys = []] = await store.find([where], asked.writes.length + LOOKED_AT);
    guards.push({ where, keys, names: [], alone: names.map(targetName) });
    if (othersAmong(keys, asked).length === 0) continue;
    findings.push(...(await eachReferredTo(rooms, some, asked)));
    if (asked.severity === 'error' && findings.length >= MOST_TOLD) break;
  }
  return { findings, guards };
}

/** What refers and is not itself deleted or written anew. */
function othersAmong(keys: readonly Key[], { left: { written, gone } }: ToJudge): readonly Key[] {
  return keys.filter((key) => !written.has(keyText(key)) && !gone.has(keyText(key)));
}

async function eachReferredTo(rooms: IntegrityRooms, deletions: readonly Write[], asked: ToJudge): Promise<readonly Finding[]> {
  const wheres = deletions.map(({ version }) => rooms.references.referrers([keyText(version)]));
  const found = await rooms.store.find(wheres, asked.writes.length + LOOKED_AT);
  const findings: Finding[] = [];
  for (const [at, write] of deletions.entries()) {
    const others = othersAmong(found[at] ?? [], asked).slice(0, LOOKED_AT);
    if (others.length === 0) continue;
    const { names } = await present(rooms.store, others, asked.access);
    const seen = others.map(keyText).filter((name) => names.has(name));
    const shown = seen.slice(0, MOST_NAMED);
    const text = referredTo(keyText(write.version), shown, shown.length < others.length, asked.severity);
    findings.push({ write, issue: { severity: asked.severity, code: 'conflict', message: text } });
  }
  return findings;
}

function referredTo(name: string, shown: readonly string[], more: boolean, severity: ToJudge['severity']): Message {
  const who = [...shown, ...(more ? ['others'] : [])].join(', ');
  const whoZh = [...shown, ...(more ? ['其他资源'] : [])].join('、');
  const refers = shown.length === 1 && !more ? 'refers' : 'refer';
  return severity === 'error'
    ? message('referred-to', `${name} cannot be deleted: ${who} ${refers} to it`, `无法删除 ${name}：${whoZh} 引用了它`)
    : message('referred-to', `${name} is deleted although ${who} ${refers} to it`, `${name} 已删除，但 ${whoZh} 仍引用它`);
}

function percent(part: number): string {
  return `${Math.floor(part * 100)} %`;
}

function beingIndexed(part: number) {
  const text = message(
    'referrers-not-known',
    `What refers to it is not known yet: what is stored is being indexed for that (${percent(part)} done); nothing was stored, please try again later`,
    `尚不知道哪些资源引用了它：正在为此建立索引（已完成 ${percent(part)}）；未存储任何内容，请稍后重试`,
  );
  return fault('transient', text, { headers: { 'retry-after': '10' } });
}

function notKnown(part: number): Finding['issue'] {
  const text = message(
    'referrers-not-known',
    `What else refers to it is not known yet: what is stored is being indexed for that (${percent(part)} done)`,
    `尚不知道还有哪些资源引用了它：正在为此建立索引（已完成 ${percent(part)}）`,
  );
  return { severity: 'warning', code: 'incomplete', message: text };
}
