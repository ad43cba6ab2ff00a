/** If-Match, If-None-Match and If-Modified-Since, and where If-None-Exist belongs. Source: R4 http.html#concurrency, http.html#cread, http.html#ccreate; RFC 9110 §13.1 */
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import type { Version } from '../store/port.js';
import type { InteractionName, Preconditions } from './request.js';

type Current = Pick<Version, 'version' | 'lastUpdated' | 'json'> | undefined;

/** `W/"3"` */
export function etag(version: number): string {
  return `W/"${version}"`;
}

/**
 * Who sends a condition where it has no meaning relies on it: throws FhirError 400, rather than write without it. If-None-Match and
 * If-Modified-Since are passed over, as HTTP has it. Source: R4 http.html#ccreate, http.html#concurrency, bundle-definitions.html#Bundle.entry.request
 */
export function refuseMisplaced(interaction: InteractionName, { ifMatch, ifNoneExist }: Preconditions): void {
  if (ifNoneExist !== undefined && interaction !== 'create') throw misplacedIfNoneExist();
  if (ifMatch !== undefined && (interaction === 'create' || interaction === 'bundle')) throw misplacedIfMatch();
}

function misplacedIfNoneExist() {
  const text = message(
    'if-none-exist-misplaced',
    'If-None-Exist (ifNoneExist) belongs to a create, POST [type]; PUT, PATCH and DELETE take their criteria in the URL, as in Patient?identifier=…',
    'If-None-Exist（ifNoneExist）只用于新建，即 POST [type]；PUT、PATCH 和 DELETE 的条件应写在 URL 中，例如 Patient?identifier=…',
  );
  return fault('invalid', text, { expression: 'http.If-None-Exist' });
}

function misplacedIfMatch() {
  const text = message(
    'if-match-misplaced',
    'If-Match (ifMatch) names the version of what is there, for PUT, PATCH, DELETE and GET; a create takes If-None-Exist (ifNoneExist), and a Bundle has conditions in its entries',
    'If-Match（ifMatch）指明现有资源的版本，用于 PUT、PATCH、DELETE 和 GET；新建应使用 If-None-Exist（ifNoneExist），Bundle 的条件应写在其条目中',
  );
  return fault('invalid', text, { expression: 'http.If-Match' });
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
