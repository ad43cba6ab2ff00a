/**
 * The composition root: opens the store, builds every room by `assemble.ts` and puts the whole behind an address.
 */
import { join } from 'node:path';
import { pino } from 'pino';
import { type Assembled, assemble, refuseUnfitDemands } from './assemble.js';
import { builtFolder } from './definitions/built.js';
import type { Definitions } from './definitions/definitions.js';
import { resourcesFile } from './definitions/index-format.js';
import { loadDefinitions } from './definitions/load.js';
import type { Handler } from './http/fhir.js';
import { bind } from './http/listen.js';
import type { Logger } from './http/log.js';
import { keysIn, layoutIn } from './indexed-search.js';
import { afterBase, explanationOf } from './interactions/explain.js';
import { parseTarget } from './interactions/parse-target.js';
import type { Language } from './model/message.js';
import { defaultTimezone, keepsReferences, type ServerOptions } from './server-options.js';
import { softwareInfo } from './software.js';
import { openStore } from './store/open.js';
import type { ResourceStore } from './store/port.js';
import { withDefinitions } from './store/with-definitions.js';
import type { TablesStanding } from './uploads/concept-tables.js';
import type { Following } from './uploads/follow.js';

export interface Server {
  readonly definitions: Definitions;
  readonly store: ResourceStore;
  /** The same without the packages' resources in front. */
  readonly own: ResourceStore;
  /** `port` 0 takes a free one; `host` is loopback unless said otherwise. To be called once. */
  listen(port: number, host?: string): Promise<Listening>;
  /** For those who listen themselves. Needs `baseUrl` among the options. */
  handler(): Promise<Handler>;
  /**
   * How a search is understood and carried out, as the JSON text of Parameters. `url`: whole, or what follows the base. Needs `baseUrl` among
   * the options. Throws FhirError for what is no search, or not a right one.
   */
  explain(url: string, language: Language): Promise<string>;
  /** Of the large code systems, once it listens or has its handler. */
  conceptTables(): TablesStanding | undefined;
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
  let tables: Assembled['tables'] | undefined;
  const assembleAt = async (baseUrl: string, more: Partial<ServerOptions> = {}) => {
    const assembled = await assemble({ ...options, ...more, definitions, layout, packagedKeys, store, primary, onFollowing, baseUrl });
    tables = assembled.tables;
    return assembled;
  };
  return {
    definitions,
    store,
    own: primary,
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
      const { perform } = await assembleAt(baseUrl, { explainSearches: true, smart: undefined, audit: undefined });
      return explanationOf(perform, parseTarget(definitions, 'GET', afterBase(baseUrl, url)), language);
    },
    conceptTables: () => tables?.standing(),
    close: closeStore,
  };
}

function ownBase({ baseUrl }: ServerOptions): string {
  if (baseUrl === undefined) throw new Error('A server that does not listen itself must be told its baseUrl');
  return baseUrl;
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
