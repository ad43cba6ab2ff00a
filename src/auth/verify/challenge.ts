/**
 * Why a request is not let in, for clients by `WWW-Authenticate` and for people by an OperationOutcome. What was sent is never repeated.
 * Source: RFC 6750 §3; RFC 9110 §11.6.1; SMART App Launch 2.2 app-launch.html
 */
import { type Message, message } from '../../model/message.js';
import { type FhirError, fault, type IssueCode } from '../../model/outcome.js';

const realm = 'Bearer realm="fhir"';

function refused(code: IssueCode, text: Message, error?: 'invalid_request' | 'invalid_token'): FhirError {
  const challenge = error === undefined ? realm : `${realm}, error="${error}", error_description="${text.en.replaceAll('"', "'")}"`;
  return fault(code, text, { status: 401, headers: { 'WWW-Authenticate': challenge }, expression: 'http.Authorization' });
}

/** Whoever has not tried is told how to, and no more. */
export function tokenMissing(): FhirError {
  const text = message(
    'token-missing',
    'An access token is needed: Authorization: Bearer and the token',
    '需要访问令牌：Authorization: Bearer 后接令牌',
  );
  return refused('login', text);
}

export function malformed(found: 'header' | 'twice' | 'query'): FhirError {
  const text = {
    header: message(
      'token-malformed',
      'Authorization is not the word Bearer, a space and one access token',
      'Authorization 应为单词 Bearer、一个空格和一个访问令牌',
    ),
    twice: message(
      'token-twice',
      'Authorization is there more than once, or beside a token in the URL; one was expected',
      'Authorization 出现多次，或与 URL 中的令牌并存；应只有一个',
    ),
    query: message(
      'token-in-url',
      'The access token stands in the URL, where it would be logged; it was expected in Authorization',
      '访问令牌位于 URL 中（会被写入日志）；应放在 Authorization 首部中',
    ),
  }[found];
  return refused('login', text, 'invalid_request');
}

export type TokenFault = 'unknown' | 'expired' | 'revoked';

export function invalidToken(found: TokenFault): FhirError {
  switch (found) {
    case 'expired':
      return refused('expired', message('token-expired', 'The access token has expired', '访问令牌已过期'), 'invalid_token');
    case 'revoked':
      return refused('login', message('token-revoked', 'The access token has been revoked', '访问令牌已被撤销'), 'invalid_token');
    default:
      return refused(
        'login',
        message('token-invalid', 'The access token is not one that this server takes', '访问令牌不为本服务器所接受'),
        'invalid_token',
      );
  }
}

export function tooManyTokens(seconds: number): FhirError {
  const text = message(
    'too-many-tokens',
    `Too many access tokens that came from there are none; ask again in ${seconds} s`,
    `来自该地址的无效访问令牌过多；请在 ${seconds} 秒后重试`,
  );
  return fault('throttled', text, { headers: { 'Retry-After': String(seconds) } });
}

/** Nobody can say now which tokens are revoked. */
export function cannotTell(cause: unknown): FhirError {
  const text = message(
    'tokens-unjudged',
    'It cannot be found out at present which access tokens are revoked; try again shortly',
    '目前无法确认哪些访问令牌已被撤销；请稍后重试',
  );
  return fault('transient', text, { headers: { 'Retry-After': '5' }, cause });
}
