/**
 * The pages of the authorization server, by their addresses below the issuer: `/interaction/<uid>` while an application waits, `/grants` for
 * the owner of an account. They work without scripts, in Chinese and English.
 * Source: SMART App Launch 2.2 app-launch.html; conformance.html (management_endpoint)
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { message } from '../../model/message.js';
import { FhirError, fault } from '../../model/outcome.js';
import type { Asked, Page, Pages } from '../interactions.js';
import { serveAccount } from './account-flow.js';
import { pageHeaders, sendPage } from './answer.js';
import { isOtherAccountWanted, serveConsent } from './consent-flow.js';
import { errorPage, oauthText, signedOutPage, signOutPage } from './error-page.js';
import { languageOf } from './language.js';
import type { PagesRooms } from './rooms.js';
import { type SignInFlow, serveSignIn } from './sign-in-flow.js';
import { type PageContent, renderPage, type View } from './view.js';
import { openVisit, type Visit } from './visit.js';

export function createPages(rooms: PagesRooms): Pages {
  return {
    async serve(req, res, path) {
      const found = /^\/(?:interaction\/([\w-]{1,64})|grants)(?:\/([a-z-]{1,32}))?$/.exec(path);
      if (found === null) return false;
      const [, uid, step = ''] = found;
      try {
        if (!['GET', 'HEAD', 'POST'].includes(req.method ?? '')) throw notAllowed();
        if (uid === undefined) return await serveOwner(rooms, req, res, step);
        return await serveInteraction(rooms, req, res, uid, step);
      } catch (error) {
        if (!(error instanceof FhirError) || res.headersSent) throw error;
        sendError(rooms, req, res, error);
        return true;
      }
    },
    error: (req, { code, description }) =>
      page(req, rooms, (view) => errorPage(view, oauthText(code), [code, description].filter(Boolean).join(': '))),
    signOut: (req, form) => page(req, rooms, (view) => signOutPage(view, form)),
    signedOut: (req, { client }) => page(req, rooms, (view) => signedOutPage(view, client)),
  };
}

async function serveOwner(rooms: PagesRooms, req: IncomingMessage, res: ServerResponse, step: string): Promise<boolean> {
  const path = `${new URL(rooms.issuer).pathname}/grants`;
  const visit = await openVisit(rooms, req, res, { id: 'account', path, formsTo: ["'self'"] });
  return serveAccount(rooms, visit, path, step);
}

async function serveInteraction(rooms: PagesRooms, req: IncomingMessage, res: ServerResponse, uid: string, step: string): Promise<boolean> {
  const asked = await rooms.interactions.asked(req, res);
  if (asked === undefined || asked.uid !== uid) throw over();
  const base = `${new URL(rooms.issuer).pathname}/interaction/${uid}`;
  const { languages } = asked;
  if (asked.prompt === 'login' || (await isOtherAccountWanted(rooms, asked))) {
    // A password is typed here: it goes nowhere else.
    const formsTo = ["'self'", ...(asked.client.redirectOrigin === '' ? [] : [asked.client.redirectOrigin])];
    const visit = await openVisit(rooms, req, res, { id: uid, path: base, languages, formsTo });
    return (await refused(rooms, visit, step)) || serveSignIn(rooms, visit, signInFlow(rooms, visit, asked, base), step);
  }
  const visit = await openVisit(rooms, req, res, { id: uid, path: base, languages });
  return (await refused(rooms, visit, step)) || serveConsent(rooms, visit, { asked, base }, step);
}

async function refused({ interactions }: PagesRooms, { req, res, form }: Visit, step: string): Promise<boolean> {
  if (step !== 'refuse' || form === undefined) return false;
  await interactions.refuse(req, res);
  return true;
}

function signInFlow(
  { interactions }: PagesRooms,
  { req, res }: Visit,
  { uid, client, loginHint, demandedAccount }: Asked,
  base: string,
): SignInFlow {
  return {
    id: uid,
    base,
    client,
    refusable: true,
    ...(demandedAccount !== undefined && { demanded: demandedAccount }),
    ...(loginHint !== undefined && { name: loginHint.slice(0, 200) }),
    finish: (account, methods) => interactions.finishSignIn(req, res, { account: account.id, methods }),
  };
}

function sendError(rooms: PagesRooms, req: IncomingMessage, res: ServerResponse, error: FhirError): void {
  for (const [name, value] of Object.entries(error.headers)) res.setHeader(name, value);
  const text = error.issues[0]?.message ?? oauthText('server_error');
  sendPage(res, renderPage(plainView(req, rooms), errorPage(plainView(req, rooms), text)), error.status, ["'none'"]);
}

function page(req: IncomingMessage, rooms: PagesRooms, content: (view: View) => PageContent): Page {
  const view = plainView(req, rooms);
  return { html: renderPage(view, content(view)), headers: pageHeaders() };
}

/** Of pages without forms of ours. The switch of language leads to the page of the account: this one cannot be asked for again. */
function plainView(req: IncomingMessage, { software, issuer }: PagesRooms): View {
  return { language: languageOf(req), software, self: `${new URL(issuer).pathname}/grants`, token: '' };
}

function over() {
  const text = message(
    'interaction-over',
    'This page is over, or it was opened in another browser: go back to the app and begin again',
    '该页面已失效或在其他浏览器中打开：请返回应用重新开始',
  );
  return fault('not-found', text);
}

function notAllowed() {
  const text = message('page-method', 'This page is asked for by GET and answered by POST', '此页面仅支持 GET 与 POST');
  return fault('not-supported', text, { status: 405, headers: { Allow: 'GET, HEAD, POST' } });
}
