/**
 * The implementation guide under `/guide`: the static pages that the build made of the packages. Whoever comes is sent to the language
 * they read; nothing in it runs scripts. Public, also where access is controlled: it says nothing of anybody.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Router } from 'express';

const security = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Falls through for what is not there. */
export function guidePages(folder: string): Router {
  const router = express.Router({ strict: true });
  router.use((_req, res, next) => {
    res.set(security);
    next();
  });
  router.get('/', (req, res, next) => {
    if (!existsSync(join(folder, 'index.html'))) return next();
    const language = req.acceptsLanguages('zh', 'en') === 'en' ? 'en' : 'zh';
    // Relative, so that it holds behind a proxy that puts the server under another path.
    res.vary('Accept-Language').redirect(302, `${req.originalUrl.endsWith('/') ? '' : 'guide/'}${language}/index.html`);
  });
  router.use(
    express.static(folder, { etag: true, lastModified: false, index: false, redirect: false, cacheControl: false, dotfiles: 'ignore' }),
  );
  return router;
}
