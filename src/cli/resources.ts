/** The resources in files and on standard input, for commands that look at them without a server: JSON, XML and NDJSON. */
import type { TypeModel } from '../definitions/definitions.js';
import { isObject, type Json } from '../model/json.js';
import { type Message, message } from '../model/message.js';
import { FhirError, type Issue } from '../model/outcome.js';
import { parseJson } from '../model/parse-json.js';
import type { Resource } from '../model/resource.js';
import { parseXml } from '../xml/parse-xml.js';
import { type Document, documentsIn } from './documents.js';

export interface FoundResource {
  /** The file, with the line behind a colon where a file holds many. */
  readonly source: string;
  readonly resource: Resource;
}

/** `-` is standard input. Packed files (.gz, .bz2) are unpacked. What is no resource is a sentence that names its place. */
export async function* readResources(paths: readonly string[], types: TypeModel): AsyncGenerator<FoundResource | Message> {
  for (const path of paths) {
    try {
      for await (const document of documentsIn({ name: path, size: 0 }, () => undefined)) yield foundIn(document, types);
    } catch (error) {
      yield unreadable(path, error);
    }
  }
}

function unreadable(path: string, error: unknown): Message {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return message('no-such-file', `There is no ${path}`, `没有文件 ${path}`);
  if (code === 'EISDIR') return message('folder', `${path} is a folder; a file was expected`, `${path} 是文件夹，应为文件`);
  const reason = error instanceof Error ? error.message : String(error);
  return message('unreadable', `${path} cannot be read: ${reason}`, `无法读取 ${path}：${reason}`);
}

function foundIn({ source: { name }, line, text, syntax }: Document, types: TypeModel): FoundResource | Message {
  const source = line === undefined ? name : `${name}:${line}`;
  if (text === undefined) return message('not-utf8', `${source} is not UTF-8`, `${source} 不是 UTF-8 编码`);
  let value: Json;
  try {
    value = syntax === 'json' ? parseJson(text) : parseXml(types, text);
  } catch (error) {
    const [issue] = error instanceof FhirError ? error.issues : [];
    if (issue === undefined) throw error;
    return placed(name, line ?? 1, issue);
  }
  if (isObject(value) && typeof value.resourceType === 'string') return { source, resource: value as Resource };
  return message(
    'not-a-resource',
    `${source} holds no FHIR resource: an object with a resourceType was expected`,
    `${source} 不含 FHIR 资源：应为带 resourceType 的对象`,
  );
}

/** In front of the sentence, as compilers say it. */
function placed(name: string, first: number, issue: Issue): Message {
  const place = issue.line === undefined ? `${name}:${first}` : `${name}:${first + issue.line - 1}:${issue.column ?? 1}`;
  const { id, en, zh } = withoutPlace(issue).message;
  return message(id, `${place}: ${en}`, `${place}：${zh}`);
}

/** What says its place in words says that of a line in NDJSON as if it were a file. */
export function withoutPlace(issue: Issue): Issue {
  const { id, en, zh } = issue.message;
  return { ...issue, message: message(id, en.replace(/ \(line \d+, column \d+\)$/, ''), zh.replace(/（第 \d+ 行第 \d+ 列）$/, '')) };
}
