/**
 * The implementation guide under `/guide`: the static pages that the build made of the packages. Whoever comes is sent to the language
 * they read; nothing in it runs scripts. Public, also where access is controlled: it says nothing of anybody.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Request, type Router } from 'express';
import type { Language } from '../model/message.js';

/** Of every page that runs nothing and loads what lies beside it alone. */
export const pageSecurity = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Chinese unless English is preferred to it. */
export function languageOf(req: Request): Language {
  return req.acceptsLanguages('zh', 'en') === 'en' ? 'en' : 'zh';
}

/** Falls through for what is not there. */
export function guidePages(folder: string): Router {
  const router = express.Router({ strict: true });
  router.use((_req, res, next) => {
    res.set(pageSecurity);
    next();
  });
  router.get('/', (req, res, next) => {
    if (!existsSync(join(folder, 'index.html'))) return next();
    // Relative, so that it holds behind a proxy that puts the server under another path.
    res.vary('Accept-Language').redirect(302, `${req.originalUrl.endsWith('/') ? '' : 'guide/'}${languageOf(req)}/index.html`);
  });
  router.use(
    express.static(folder, { etag: true, lastModified: false, index: false, redirect: false, cacheControl: false, dotfiles: 'ignore' }),
  );
  return router;
}
