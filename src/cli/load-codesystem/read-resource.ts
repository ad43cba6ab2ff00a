/** A CodeSystem resource in JSON, of whatever size, as a table of concepts. Source: R4 codesystem.html */
import type { CodeSystem, CodeSystemConcept } from 'fhir/r4.js';
import { createTableBuilder, type TableBuilder } from '../../terminology/table/build-table.js';
import { CodesRefused, createFaults, type Faults, refused, type Said } from './faults.js';
import { isArrayAt, isObjectAt, itemsOf, JsonFault, membersOf, type Part, parsed, space } from './json-parts.js';

export interface ReadResource {
  readonly builder: TableBuilder;
  /** All of it but the concepts. */
  readonly about: Partial<CodeSystem>;
}

/** Is told how many bytes are behind. */
type OnBytes = (bytes: number) => void;

/** Concepts inside each other. */
const MAX_DEPTH = 100;

/** `bytes` are UTF-8. Throws CodesRefused with all that is wrong. */
export function readResourceFile(bytes: Buffer, caseSensitive: boolean | undefined, onBytes: OnBytes = () => undefined): ReadResource {
  try {
    return read(bytes, caseSensitive, onBytes);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    throw refused(['it is no JSON from here on', '从此处起不是合法的 JSON'], { line: lineOf(bytes, error.at) });
  }
}

function read(bytes: Buffer, caseSensitive: boolean | undefined, onBytes: OnBytes): ReadResource {
  const about: Record<string, unknown> = {};
  let concept: Part | undefined;
  for (const { name, ...part } of membersOf(bytes, space(bytes, 0))) {
    if (name === 'concept') concept = part;
    else about[name] = parsed(bytes, part);
  }
  refuseOthers(about);
  const sensitive = caseSensitive ?? about.caseSensitive !== false;
  const builder = createTableBuilder({ caseSensitive: sensitive, isComplete: about.content === 'complete' });
  const faults = createFaults();
  if (concept !== undefined) addConcepts({ bytes, builder, faults, onBytes }, concept, 'CodeSystem.concept', []);
  if (builder.count === 0 && faults.count === 0) faults.add(['it has no concept', '其中没有概念']);
  if (faults.count > 0) throw new CodesRefused(faults);
  return { builder, about: { ...about, caseSensitive: sensitive } as Partial<CodeSystem> };
}

function refuseOthers({ resourceType, content, supplements }: Record<string, unknown>): void {
  if (resourceType !== 'CodeSystem') {
    throw refused([
      `its resourceType is ${JSON.stringify(resourceType)}; a CodeSystem was expected`,
      `其 resourceType 为 ${JSON.stringify(resourceType)}；应为 CodeSystem`,
    ]);
  }
  if (content === 'complete' || content === 'fragment') return;
  if (content === 'supplement' && typeof supplements === 'string') return;
  if (content === 'supplement') {
    throw refused(['it does not say in supplements which code system it adds to', '未以 supplements 指明所补充的代码系统']);
  }
  throw refused([
    `its content is ${JSON.stringify(content)}; complete, fragment or supplement was expected: others hold no codes (POST them to the server)`,
    `其 content 为 ${JSON.stringify(content)}；应为 complete、fragment 或 supplement：其他取值不含代码（请直接 POST 到服务器）`,
  ]);
}

interface Reading {
  readonly bytes: Buffer;
  readonly builder: TableBuilder;
  readonly faults: Faults;
  readonly onBytes: OnBytes;
}

const codeForm = /^\S+( \S+)*$/;

function addConcepts(reading: Reading, part: Part, path: string, parents: readonly string[]): void {
  const { bytes, builder, faults } = reading;
  if (!isArrayAt(bytes, part.start) || parents.length > MAX_DEPTH) throw new JsonFault(part.start);
  let index = 0;
  for (const item of itemsOf(bytes, part.start)) {
    const column = `${path}[${index}]`;
    index++;
    reading.onBytes(item.start);
    const tell = (said: Said) => faults.add(said, { line: lineOf(bytes, item.start), column });
    if (!isObjectAt(bytes, item.start)) {
      tell(['a concept was expected', '此处应为概念对象']);
      continue;
    }
    const { inner, own } = partsOf(bytes, item);
    if (typeof own.code !== 'string' || !codeForm.test(own.code)) {
      tell([`the code ${JSON.stringify(own.code)} is none`, `代码 ${JSON.stringify(own.code)} 不合法`]);
      continue;
    }
    const parent = parents.at(-1);
    if (!builder.add({ ...own, parents: parent === undefined ? [] : [parent] })) {
      tell([`the code "${own.code}" stands there already`, `代码“${own.code}”已出现过`]);
    }
    if (inner !== undefined) addConcepts(reading, inner, `${column}.concept`, [...parents, own.code]);
  }
}

function partsOf(bytes: Buffer, item: Part): { readonly own: CodeSystemConcept; readonly inner: Part | undefined } {
  const own: Record<string, unknown> = {};
  let inner: Part | undefined;
  for (const { name, ...part } of membersOf(bytes, item.start)) {
    if (name === 'concept') inner = part;
    else own[name] = parsed(bytes, part);
  }
  return { own: own as unknown as CodeSystemConcept, inner };
}

function lineOf(bytes: Buffer, at: number): number {
  let line = 1;
  for (let next = bytes.indexOf(0x0a); next >= 0 && next < at; next = bytes.indexOf(0x0a, next + 1)) line++;
  return line;
}
