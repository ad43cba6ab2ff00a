/** The Express app around the FHIR door: everything that is not FHIR. Express types are known here only. */
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { respondError, shownError } from './errors.js';
import { openExchange, type Premises } from './exchange.js';
import { guidePages, languageOf, pageSecurity } from './guide.js';
import { landingPage } from './landing.js';
import type { Logger } from './log.js';

export type Health = 'ok' | 'indexes are being made' | 'store unavailable';

export interface AppRooms {
  readonly premises: Premises;
  readonly logger: Logger;
  readonly software: { readonly name: string; readonly version: string };
  /** Where people see what they have allowed; absent where access is not controlled. */
  readonly grants: string | undefined;
  /** Where the pages of the implementation guide lie. */
  readonly guideFolder: string;
  /** Whether the store answers, and whether it is ready for searches. */
  readonly health: () => Promise<Health>;
  /** What cannot be searched by until it is indexed, and the part of it that is, from 0 to 1. */
  readonly indexing: () => readonly { readonly type: string; readonly parameters: readonly string[]; readonly indexed: number }[];
}

export function createApp(rooms: AppRooms): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.get('/', (req, res) => landing(rooms, req, res));
  app.use('/guide', guidePages(rooms.guideFolder));
  app.get('/health', async (_req, res) => {
    const status = await rooms.health();
    const indexing = rooms.indexing();
    const more = indexing.length === 0 ? {} : { indexing };
    res.status(status === 'ok' ? 200 : 503).json({ status, ...more });
  });
  app.use(async (req, res) => {
    const { baseUrl } = rooms.premises;
    const text = message(
      'unknown-path',
      `Nothing is served at "${req.path}"; FHIR is at ${baseUrl}`,
      `“${req.path}”处没有可访问的内容；FHIR 地址为 ${baseUrl}`,
    );
    await respondError(openExchange(rooms.premises, req, res), fault('not-found', text));
  });
  app.use(onError(rooms));
  return app;
}

/** Express knows an error handler by its four parameters. */
function onError({ premises, logger }: AppRooms): ErrorRequestHandler {
  return async (error, req, res, _next) => {
    const exchange = openExchange(premises, req, res);
    // What Express itself throws, such as for a broken path, carries the status of a client's error.
    const bad = message('bad-request', 'The request cannot be read', '无法读取该请求');
    const shown =
      error?.status >= 400 && error?.status < 500
        ? fault('invalid', bad, { status: error.status })
        : shownError(error, exchange.requestId, logger);
    await respondError(exchange, shown);
  };
}

function landing({ premises: { baseUrl }, software, grants }: AppRooms, req: Request, res: Response): void {
  res.vary('Accept');
  if (req.accepts(['json', 'html']) === 'html') {
    const { lang } = req.query;
    const language = lang === 'en' || lang === 'zh' ? lang : languageOf(req);
    const page = landingPage({ software, fhir: baseUrl, grants }, language);
    return void res.set(pageSecurity).vary('Accept-Language').type('html').send(page.toString());
  }
  const links = { fhir: baseUrl, capabilities: `${baseUrl}/metadata`, guide: '/guide', health: '/health' };
  res.json({ name: software.name, version: software.version, fhirVersion: '4.0.1', links });
}
