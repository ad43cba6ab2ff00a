/** Somebody who takes the authorization server's pages as they come, from an app's request to its redirect: signs in, chooses, agrees. */
import { Secret, TOTP } from 'otpauth';
import type { VisitedPage, Visitor } from '../web-visitor.js';

export interface Traveller {
  readonly visitor: Visitor;
  /** The sign-in name. */
  readonly name: string;
  readonly password: string;
  /** What is typed to find the patient, and what the button says. */
  readonly patient?: { readonly search: string; readonly button: RegExp };
  /** What the button of the visit says that is chosen. */
  readonly visit?: RegExp;
  /** What is said where an app asks to break the glass. */
  readonly emergency?: { readonly purpose: string; readonly reason: string };
  /** Scopes that are left unticked. */
  readonly refuses?: readonly string[];
}

/** More pages than any way has. */
const MOST = 12;

/** From the address of the authorization request to where the app gets its answer; `titles` are the headings of the pages on the way. */
export async function throughPages(
  traveller: Traveller,
  url: string,
  redirectUri: string,
): Promise<{ readonly back: URL; readonly titles: readonly string[] }> {
  const titles: string[] = [];
  let page = await traveller.visitor.visit(url, redirectUri);
  for (let pages = 0; pages < MOST; pages++) {
    if (page.url.startsWith(redirectUri)) return { back: new URL(page.url), titles };
    if (page.status >= 400) throw new Error(`${page.url} is HTTP ${page.status}: ${page.text.slice(0, 500)}`);
    titles.push(/<h1[^>]*>([^<]*)/.exec(page.html)?.[1]?.trim() ?? '');
    page = await onwards(traveller, page, redirectUri);
  }
  throw new Error(`There is no way through: ${titles.join(' → ')}`);
}

function onwards(traveller: Traveller, page: VisitedPage, leaves: string): Promise<VisitedPage> {
  const { visitor, name, password, patient, visit, emergency, refuses = [] } = traveller;
  const has = (field: string) => page.forms.some(({ fields }) => fields.some((one) => one.name === field));
  const offers = (action: string) => page.forms.some((form) => form.action.endsWith(action));
  if (has('password')) return visitor.send(page, { name, password }, { form: 'password', leaves });
  if (offers('/enrol')) return visitor.send(page, { code: codeOn(page) }, { form: 'code', leaves });
  if (offers('/go-on')) return visitor.send(page, {}, { action: '/go-on', leaves });
  if (offers('/emergency') && emergency !== undefined) return visitor.send(page, emergency, { form: 'reason', leaves });
  if (offers('/patient') && patient?.button.test(page.text)) {
    return visitor.send(page, {}, { action: '/patient', button: patient.button, leaves });
  }
  if (offers('/encounter') && visit !== undefined) return visitor.send(page, {}, { action: '/encounter', button: visit, leaves });
  if (has('q') && patient !== undefined && !page.url.includes('q='))
    return visitor.send(page, { q: patient.search }, { form: 'q', leaves });
  if (offers('/consent')) return visitor.send(page, { scope: ticked(page, refuses) }, { action: '/consent', leaves });
  throw new Error(`Nobody knows what to do on ${page.url}: ${page.text.slice(0, 500)}`);
}

function ticked({ forms }: VisitedPage, refuses: readonly string[]): readonly string[] {
  const boxes = forms.flatMap(({ fields }) => fields.filter(({ name }) => name === 'scope'));
  return boxes.map(({ value }) => value).filter((scope) => !refuses.includes(scope));
}

/** What an authenticator shows that was given the key on the page. */
function codeOn({ html }: VisitedPage): string {
  const key = /class="code">([A-Z2-7 ]+)</.exec(html)?.[1]?.replaceAll(' ', '') ?? '';
  return new TOTP({ secret: Secret.fromBase32(key) }).generate();
}
