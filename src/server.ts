/**
 * The composition root: builds every room and hands each what it needs. Nothing else knows all of them.
 */
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { pino } from 'pino';
import { type Access, unrestricted } from './access/access.js';
import { judgedByContext } from './access/security-context.js';
import { ConfigError } from './config.js';
import { builtFolder } from './definitions/built.js';
import type { Definitions } from './definitions/definitions.js';
import { resourcesFile } from './definitions/index-format.js';
import { loadDefinitions } from './definitions/load.js';
import type { Health } from './http/app.js';
import { shownError } from './http/errors.js';
import { createFhirHandler, type Handler, isUnder } from './http/fhir.js';
import { bind } from './http/listen.js';
import type { Logger } from './http/log.js';
import { whenAsked } from './http/when-asked.js';
import { indexedSearch, keysIn, layoutIn } from './indexed-search.js';
import type { Complete } from './indexing/record.js';
import { afterBase, explanationOf } from './interactions/explain.js';
import { createGate } from './interactions/gate.js';
import { createIntegrity } from './interactions/integrity.js';
import type { IntegrityRooms } from './interactions/integrity-findings.js';
import type { ConditionalDelete, Integrity } from './interactions/intent.js';
import { parseTarget } from './interactions/parse-target.js';
import type { Perform } from './interactions/perform.js';
import { storeId } from './interactions/store-id.js';
import { createPerformer } from './interactions/table.js';
import { createZone } from './model/dates.js';
import { newId } from './model/id.js';
import type { Language } from './model/message.js';
import { operationInteraction, operations } from './operations/list.js';
import { openStore } from './store/open.js';
import type { Layout, ResourceStore } from './store/port.js';
import { withDefinitions } from './store/with-definitions.js';
import { heldCodeSystems } from './terminology/held.js';
import type { Following } from './uploads/follow.js';
import { createUploads } from './uploads/uploads.js';
import type { Strictness } from './validation/compile.js';
import { type Demands, unfitDemands } from './validation/demands.js';

export interface ServerOptions {
  /** `sqlite:<path>`, `sqlite::memory:`, a `mongodb://` URL, or a store that is open already. */
  readonly store: string | ResourceStore;
  /** Where the build put the compiled definitions; the one beside this file unless said otherwise. */
  readonly definitionsFolder?: string;
  /** The FHIR base as clients see it; derived from the address it listens on where it is not given. */
  readonly baseUrl?: string;
  /** An IANA name, for dates without a zone in searches. */
  readonly timezone?: string;
  /** Types whose words `_text` and `_content` find: `none`, `all`, or names separated by commas. */
  readonly fullText?: string | undefined;
  /** What becomes of references to nothing, and of deletions of what is referred to; nothing is looked at where it is off, as by default. */
  readonly referentialIntegrity?: 'off' | 'warn' | 'refuse' | undefined;
  readonly limits?: Partial<Limits>;
  readonly logger?: Logger;
  /** A line for every request, at the level info; off unless said otherwise. */
  readonly logRequests?: boolean;
  /** Origins whose pages may ask; all (`*`) unless said otherwise. */
  readonly corsOrigins?: readonly string[];
  /** What a request may see and do; without it everything. */
  readonly accessOf?: (req: IncomingMessage) => Access | Promise<Access>;
  /** By type, canonicals of the profiles the server demands of every resource of it. */
  readonly demandedProfiles?: Demands;
  readonly strictness?: Partial<Strictness>;
  /** Whether a conditional delete may delete many; `single` unless said otherwise. */
  readonly conditionalDelete?: ConditionalDelete;
  /** How long what was done under an Idempotency-Key is remembered; 24 unless said otherwise. */
  readonly idempotencyHours?: number;
  /** Whether those who may search everything may ask how a search is carried out. */
  readonly explainSearches?: boolean;
}

export interface Limits {
  readonly bundleBytes: number;
  readonly bundleEntries: number;
  readonly bodyBytes: number;
  readonly answerBytes: number;
  /** Milliseconds in which the next part of a body must come. */
  readonly bodyIdle: number;
}

export const defaultTimezone = 'Asia/Shanghai';
const MEBI = 1024 * 1024;
const defaultLimits: Limits = {
  bundleBytes: 32 * MEBI,
  bundleEntries: 5000,
  bodyBytes: 10 * MEBI,
  answerBytes: 64 * MEBI,
  bodyIdle: 30_000,
};

/** Bundles that are worked on at once, and that may wait, by their bytes; those of a few dozen entries beside the others. */
const GATE = [
  { upTo: MEBI / 4, room: 4 * MEBI, places: 16, waiting: 64 * MEBI, patience: 60_000 },
  { upTo: Number.POSITIVE_INFINITY, room: 16 * MEBI, places: 8, waiting: 256 * MEBI, patience: 60_000 },
];

export interface Server {
  readonly definitions: Definitions;
  readonly store: ResourceStore;
  /** `port` 0 takes a free one; `host` is loopback unless said otherwise. To be called once. */
  listen(port: number, host?: string): Promise<Listening>;
  /** For those who listen themselves. Needs `baseUrl` among the options. */
  handler(): Promise<Handler>;
  /**
   * How a search is understood and carried out, as the JSON text of Parameters. `url`: whole, or what follows the base. Needs `baseUrl` among
   * the options. Throws FhirError for what is no search, or not a right one.
   */
  explain(url: string, language: Language): Promise<string>;
  /** Closes the store, if it was opened here. */
  close(): Promise<void>;
}

export interface Listening {
  /** The FHIR base as clients see it. */
  readonly url: string;
  /** The same by the address it truly listens on, for those on this machine. */
  readonly door: string;
  /** Answers what has been asked, then closes the store, if it was opened here. */
  close(): Promise<void>;
}

/** Throws an Error with a sentence when definitions or store cannot be opened. */
export async function createServer(options: ServerOptions): Promise<Server> {
  const folder = options.definitionsFolder ?? builtFolder;
  const definitions = loadDefinitions(folder);
  refuseUnfitDemands(options.demandedProfiles ?? {}, definitions);
  const primary = typeof options.store === 'string' ? await openPrimary(options.store, options.logger) : options.store;
  const served = await openStore(`sqlite:${join(folder, resourcesFile)}`, { readOnly: true }).catch(async (error: unknown) => {
    if (typeof options.store === 'string') await primary.close();
    throw error;
  });
  const store = withDefinitions(primary, served, definitions.served);
  // A store that was open already is for those to close who opened it.
  const followings: Pick<Following, 'close'>[] = [];
  const closeStore = async () => {
    await Promise.all(followings.map((following) => following.close()));
    await (typeof options.store === 'string' ? store.close() : served.close());
  };
  const layout = layoutIn(folder);
  const packagedKeys = keysIn(folder, options.timezone ?? defaultTimezone, {
    fullText: options.fullText,
    references: keepsReferences(options),
  });
  const onFollowing = (following: Pick<Following, 'close'>) => void followings.push(following);
  const assembleAt = (baseUrl: string, more: Partial<ServerOptions> = {}) =>
    assemble({ ...options, ...more, definitions, layout, packagedKeys, store, primary, onFollowing, baseUrl });
  return {
    definitions,
    store,
    async listen(port, host = '127.0.0.1') {
      const bound = await bind(port, host);
      const here = `http://${reachable(host)}:${bound.address.port}`;
      const url = options.baseUrl ?? `${here}/fhir`;
      const { handler } = await assembleAt(url).catch((error: unknown) => bound.close().then(() => Promise.reject(error)));
      bound.serve(handler);
      const close = async () => {
        await bound.close();
        await closeStore();
      };
      return { url, door: here + new URL(url).pathname, close };
    },
    async handler() {
      return (await assembleAt(ownBase(options))).handler;
    },
    async explain(url, language) {
      const baseUrl = ownBase(options);
      const { perform } = await assembleAt(baseUrl, { explainSearches: true });
      return explanationOf(perform, parseTarget(definitions, 'GET', afterBase(baseUrl, url)), language);
    },
    close: closeStore,
  };
}

/** Whether it has to be known what refers to a resource. */
export function keepsReferences({ referentialIntegrity = 'off' }: Pick<ServerOptions, 'referentialIntegrity'>): boolean {
  return referentialIntegrity !== 'off';
}

function integrityFor(
  setting: ServerOptions['referentialIntegrity'],
  { references, ...rooms }: Partial<IntegrityRooms> & Omit<IntegrityRooms, 'references'>,
): Integrity | undefined {
  if (references === undefined) return undefined;
  return createIntegrity({ ...rooms, references }, setting === 'refuse' ? 'error' : 'warning');
}

function ownBase({ baseUrl }: ServerOptions): string {
  if (baseUrl === undefined) throw new Error('A server that does not listen itself must be told its baseUrl');
  return baseUrl;
}

function refuseUnfitDemands(demanded: Demands, definitions: Definitions): void {
  const unfit = unfitDemands(demanded, definitions);
  if (unfit.length > 0) throw new ConfigError(unfit.map((sentence) => `DEMANDED_PROFILES: ${sentence}.`).join('\n'));
}

/** An address for all interfaces is none to go to; IPv6 stands in brackets. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

/** What a newer version of the program makes anew in the store is told to who reads the log. */
function openPrimary(location: string, logger: Logger = pino()): Promise<ResourceStore> {
  const { name, version } = softwareInfo();
  return openStore(location, { software: `${name} ${version}`, onProgress: (text) => logger.info({}, text) });
}

interface Parts extends ServerOptions {
  readonly definitions: Definitions;
  readonly layout: Layout | undefined;
  readonly packagedKeys: Complete | undefined;
  /** With the packages' resources in front of `primary`. */
  readonly store: ResourceStore;
  readonly primary: ResourceStore;
  readonly baseUrl: string;
  /** What has to be ended before the store is closed. */
  readonly onFollowing: (following: Pick<Following, 'close'>) => void;
}

interface Assembled {
  readonly handler: Handler;
  readonly perform: Perform;
}

/** All that answers requests at `baseUrl`, once the store is arranged for it. */
async function assemble(parts: Parts): Promise<Assembled> {
  const { definitions, store, baseUrl, timezone = defaultTimezone, logger = pino(), accessOf = () => unrestricted } = parts;
  const limits = { ...defaultLimits, ...parts.limits };
  const software = softwareInfo();
  const origins = parts.corsOrigins ?? ['*'];
  const { demandedProfiles = {} } = parts;
  const demanded = (type: string) => demandedProfiles[type] ?? [];
  const uploads = createUploads({
    packaged: definitions,
    onUnusable: ({ type, id }) => logger.warn({ type, id }, 'a definition in the store is of no use and has no effect'),
    ...parts.strictness,
    demanded,
  });
  const { search, indexing, take } = await indexedSearch({
    ...parts,
    packaged: definitions,
    uploads,
    timezone,
    fullText: parts.fullText,
    references: keepsReferences(parts),
    pageBytes: limits.answerBytes,
    logger,
  });
  refuseUnfitDemands(demandedProfiles, uploads.definitions);
  for (const canonical of Object.values(demandedProfiles).flat()) {
    if (uploads.definitions.structure(canonical) !== undefined) continue;
    logger.warn({ canonical }, 'a profile that is demanded is not known: nothing of its type can be stored until it is uploaded');
  }
  const rooms = {
    definitions: uploads.definitions,
    store,
    search,
    validator: uploads.validator,
    uploads: { ...uploads, take },
    baseUrl,
    now: Date.now,
    zone: createZone(timezone),
    newId,
    bundleEntries: limits.bundleEntries,
    conditionalDelete: parts.conditionalDelete ?? 'single',
    answerBytes: limits.answerBytes,
    explainSearches: parts.explainSearches ?? false,
    integrity: integrityFor(parts.referentialIntegrity, {
      definitions: uploads.definitions,
      store,
      baseUrl,
      references: search.references,
    }),
  };
  const perform = createPerformer({
    ...rooms,
    idempotencyHours: parts.idempotencyHours ?? 24,
    software,
    operations,
    demanded,
    cors: origins.some((origin) => origin !== ''),
    codeSystems: () => heldCodeSystems(uploads.definitions),
    since: Date.now(),
    storeId: await storeId(parts.primary),
    operation: operationInteraction(rooms),
    unexpected: (error) => shownError(error, newId(), logger),
  });
  const basePath = new URL(baseUrl).pathname.replace(/\/$/, '');
  const premises = { types: definitions, baseUrl, origins };
  const { logRequests = false } = parts;
  const judge = (access: Access) => (access === unrestricted ? access : judgedByContext(access, definitions.resourceTypes));
  const judged = (req: IncomingMessage) => {
    const access = accessOf(req);
    return access instanceof Promise ? access.then(judge) : judge(access);
  };
  const fhir = createFhirHandler({ premises, perform, gate: createGate(GATE), limits, logger, logRequests, accessOf: judged }, basePath);
  let isReady = false;
  const health = async (): Promise<Health> => {
    try {
      await store.read([{ type: 'Basic', id: 'health' }]);
      isReady ||= (await parts.primary.describe()).ready;
      return isReady ? 'ok' : 'indexes are being made';
    } catch {
      return 'store unavailable';
    }
  };
  const app = whenAsked({ premises, logger, software, health, indexing: indexing.standing });
  return { perform, handler: (req, res) => (isUnder(basePath, req.url ?? '') ? fhir(req, res) : app(req, res)) };
}

export function softwareInfo(): { readonly name: string; readonly version: string } {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string };
  return { name: 'Lianyi', version };
}
