/** Somebody before a browser without scripts: cookies are kept, redirects followed, forms filled in and sent. */
import { type Filled, type Form, formsOf, sentBy, textOf } from './web-forms.js';

export interface VisitedPage {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** What can be read. */
  readonly text: string;
  readonly forms: readonly Form[];
}

export interface Visitor {
  /** `leaves`: an address that begins so is not asked; the page then has status 0 and that `url`. */
  visit(url: string, leaves?: string): Promise<VisitedPage>;
  /** Of several forms the one that has the field `form`, and whose address ends with `action`; else the first. */
  send(
    page: VisitedPage,
    filled: Filled,
    options?: { readonly button?: RegExp; readonly form?: string; readonly action?: string; readonly leaves?: string },
  ): Promise<VisitedPage>;
  /** Names of the cookies that are kept. */
  cookies(): readonly string[];
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly host: string;
  readonly path: string;
}

/** Redirects in a row, as browsers allow. */
const MOST = 20;

export function newVisitor(language = 'zh-CN,zh;q=0.9,en;q=0.5'): Visitor {
  const jar = new Map<string, Cookie>();

  async function ask(url: string, leaves: string | undefined, init: RequestInit): Promise<VisitedPage> {
    let [target, sent] = [url, init];
    for (let times = 0; times < MOST; times++) {
      if (leaves !== undefined && target.startsWith(leaves)) return pageAt(target, 0, new Headers(), '');
      const headers = { accept: 'text/html', 'accept-language': language, ...sent.headers, cookie: cookiesFor(jar, target) };
      const response = await fetch(target, { ...sent, headers, redirect: 'manual' });
      for (const line of response.headers.getSetCookie()) keep(jar, line, target);
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || location === null) {
        return pageAt(target, response.status, response.headers, await response.text());
      }
      await response.arrayBuffer();
      [target, sent] = [new URL(location, target).href, [307, 308].includes(response.status) ? sent : { method: 'GET' }];
    }
    throw new Error(`${url} leads from one redirect to the next`);
  }

  return {
    visit: (url, leaves) => ask(url, leaves, { method: 'GET' }),
    send(page, filled, { button, form: wanted, action: end = '', leaves } = {}) {
      const fits = ({ fields, action }: Form) =>
        action.endsWith(end) && (wanted === undefined || fields.some(({ name }) => name === wanted));
      const form = page.forms.find(fits);
      if (form === undefined) throw new Error(`There is no such form on ${page.url}: ${page.text.slice(0, 300)}`);
      const body = sentBy(form, filled, button);
      const action = new URL(form.action, page.url);
      if (form.method !== 'POST') return ask(`${action.origin}${action.pathname}?${body}`, leaves, { method: 'GET' });
      const headers = { origin: new URL(page.url).origin, 'content-type': 'application/x-www-form-urlencoded' };
      return ask(action.href, leaves, { method: 'POST', headers, body: body.toString() });
    },
    cookies: () => [...jar.values()].map(({ name }) => name),
  };
}

function pageAt(url: string, status: number, headers: Headers, html: string): VisitedPage {
  return { url, status, headers, html, text: textOf(html.replace(/<(style|script)\b[\s\S]*?<\/\1>/gi, ' ')), forms: formsOf(html) };
}

/** Source: RFC 6265 §5.3 */
function keep(jar: Map<string, Cookie>, line: string, url: string): void {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const named = new Map(attributes.map((part) => [part.split('=', 1)[0]?.toLowerCase() ?? '', part.slice(part.indexOf('=') + 1)]));
  const { hostname, pathname } = new URL(url);
  const cut = pair.indexOf('=');
  const path = named.get('path') ?? (pathname.replace(/\/[^/]*$/, '') || '/');
  const cookie = { name: pair.slice(0, cut), value: pair.slice(cut + 1), host: hostname, path };
  const key = `${cookie.name} ${hostname} ${path}`;
  const gone = Number(named.get('max-age') ?? 1) <= 0 || Date.parse(named.get('expires') ?? '') <= Date.now();
  if (gone) jar.delete(key);
  else jar.set(key, cookie);
}

/** Source: RFC 6265 §5.4: the longer path first */
function cookiesFor(jar: ReadonlyMap<string, Cookie>, url: string): string {
  const { hostname, pathname } = new URL(url);
  return [...jar.values()]
    .filter(({ host, path }) => host === hostname && (pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`)))
    .toSorted((a, b) => b.path.length - a.path.length)
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
}
