/** If-Match, If-None-Match and If-Modified-Since. Source: R4 http.html#concurrency, http.html#cread; RFC 9110 §13.1 */
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import type { Version } from '../store/port.js';

type Current = Pick<Version, 'version' | 'lastUpdated' | 'json'> | undefined;

/** `W/"3"` */
export function etag(version: number): string {
  return `W/"${version}"`;
}

/** Throws FhirError 412 when the current version is none of those named, 400 when nothing can be read from the field. */
export function checkIfMatch(ifMatch: string | undefined, current: Current): void {
  if (ifMatch === undefined) return;
  const named = parseTags(ifMatch, 'If-Match');
  if (current !== undefined && (named === '*' ? current.json !== null : named.includes(String(current.version)))) return;
  const found = current === undefined ? 'there is none' : `the current one is ${etag(current.version)}`;
  const foundZh = current === undefined ? '该资源不存在' : `当前版本为 ${etag(current.version)}`;
  throw fault(
    'conflict',
    message('version-mismatch', `If-Match asks for the version ${ifMatch}, but ${found}`, `If-Match 要求版本 ${ifMatch}，但${foundZh}`),
    { status: 412, expression: 'http.If-Match' },
  );
}

/** For writes: throws FhirError 412 when a version named (`*`: any) is the current one. */
export function checkIfNoneMatch(ifNoneMatch: string | undefined, current: Current): void {
  if (ifNoneMatch === undefined || current === undefined || current.json === null) return;
  const named = parseTags(ifNoneMatch, 'If-None-Match');
  if (named !== '*' && !named.includes(String(current.version))) return;
  throw fault(
    'conflict',
    message(
      'already-exists',
      `If-None-Match forbids the version ${ifNoneMatch}, but the resource exists as ${etag(current.version)}`,
      `If-None-Match 排除版本 ${ifNoneMatch}，但该资源已存在，版本为 ${etag(current.version)}`,
    ),
    { status: 412, expression: 'http.If-None-Match' },
  );
}

/** For reads: whether the client has this version already (304). If-None-Match alone decides where both were sent. */
export function isNotModified(
  asked: { readonly ifNoneMatch?: string; readonly ifModifiedSince?: string },
  current: Pick<Version, 'version' | 'lastUpdated'>,
): boolean {
  if (asked.ifNoneMatch !== undefined) {
    const named = parseTags(asked.ifNoneMatch, 'If-None-Match');
    return named === '*' || named.includes(String(current.version));
  }
  if (asked.ifModifiedSince === undefined) return false;
  const since = Date.parse(asked.ifModifiedSince);
  return !Number.isNaN(since) && Math.floor(current.lastUpdated / 1000) * 1000 <= since;
}

const tag = /^(?:W\/)?"([^"]*)"$|^(\d+)$/;

/** `W/"3"`, `"3"`, a bare 3, a list of them, in which empty places mean nothing, or `*`. Source: RFC 9110 §5.6.1.2 */
function parseTags(text: string, field: string): '*' | string[] {
  if (text.trim() === '*') return '*';
  const parts = text.split(',').filter((part) => part.trim() !== '');
  if (parts.length === 0) throw badTag(text, field);
  return parts.map((part) => {
    const [, quoted, bare] = tag.exec(part.trim()) ?? [];
    const version = quoted ?? bare;
    if (version === undefined) throw badTag(text, field);
    return version;
  });
}

function badTag(text: string, field: string) {
  return fault(
    'value',
    message(
      'bad-etag',
      `${field} was "${text}"; entity tags such as W/"3" were expected`,
      `${field} 为“${text}”；应为形如 W/"3" 的实体标签`,
    ),
    { expression: `http.${field}` },
  );
}
