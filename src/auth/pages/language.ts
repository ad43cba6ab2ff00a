/** Which language a page is in: as somebody switched it, as the application asked for it, as the browser prefers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Language } from '../../model/message.js';
import { type CookiePlace, readCookie, setCookie } from './cookies.js';

const cookie = 'lianyi_language';
const year = 365 * 24 * 60 * 60;

/** `asked`: by the application, most wanted first. A switch is remembered. */
export function languageOf(req: IncomingMessage, asked: readonly string[] = []): Language {
  const switched = new URLSearchParams(req.url?.split('?')[1]).get('lang') ?? readCookie(req, cookie);
  if (switched === 'en' || switched === 'zh') return switched;
  return first([...asked, ...preferred(req.headers['accept-language'] ?? '')]) ?? 'zh';
}

export function rememberLanguage(req: IncomingMessage, res: ServerResponse, where: CookiePlace): void {
  const switched = new URLSearchParams(req.url?.split('?')[1]).get('lang');
  if (switched === 'en' || switched === 'zh') setCookie(res, where, cookie, switched, year);
}

function first(tags: readonly string[]): Language | undefined {
  for (const tag of tags) {
    const language = tag.toLowerCase().split('-')[0];
    if (language === 'en' || language === 'zh') return language;
  }
  return undefined;
}

/** Source: RFC 9110 12.5.4 */
function preferred(header: string): readonly string[] {
  return header
    .split(',')
    .slice(0, 30)
    .flatMap((item) => {
      const [tag = '', ...parameters] = item.trim().split(';');
      const quality = parameters.map((one) => /^\s*q=([\d.]+)\s*$/.exec(one)?.[1]).find((one) => one !== undefined);
      const weight = quality === undefined ? 1 : Number(quality);
      return tag === '' || !(weight > 0) ? [] : [{ tag, weight }];
    })
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);
}
