/** All that answers requests, built and joined: what `server.ts` puts behind an address. Knows all rooms. */
import type { IncomingMessage } from 'node:http';
import { pino } from 'pino';
import { type Access, unrestricted } from './access/access.js';
import { createAllowances } from './access/allowances.js';
import { consentRulesParam } from './access/consent/rule-keys.js';
import { judgedByContext } from './access/security-context.js';
import { openAudited } from './audited.js';
import { ConfigError } from './config.js';
import { type ConsentsInUse, followConsents } from './consents-in-use.js';
import { tableDigestIn } from './definitions/concept-table-extension.js';
import type { Definitions } from './definitions/definitions.js';
import type { Health } from './http/app.js';
import { shownError } from './http/errors.js';
import { createFhirHandler, type Handler, isUnder } from './http/fhir.js';
import { builtGuide } from './http/guide-folder.js';
import { whenAsked } from './http/when-asked.js';
import { indexedSearch } from './indexed-search.js';
import type { Complete } from './indexing/record.js';
import { createGate } from './interactions/gate.js';
import { createIntegrity } from './interactions/integrity.js';
import type { IntegrityRooms } from './interactions/integrity-findings.js';
import type { Integrity } from './interactions/intent.js';
import type { Perform } from './interactions/perform.js';
import { storeId } from './interactions/store-id.js';
import { createPerformer } from './interactions/table.js';
import { loadSmart } from './load-smart.js';
import { createZone } from './model/dates.js';
import { newId } from './model/id.js';
import { FhirError } from './model/outcome.js';
import { operationInteraction, operations } from './operations/list.js';
import type { Search } from './search/search.js';
import { defaultTimezone, keepsReferences, type Limits, type ServerOptions } from './server-options.js';
import type { Smart, SmartRooms } from './smart.js';
import { softwareInfo } from './software.js';
import { createSweeping } from './store/concept-sweep.js';
import type { Layout, ResourceStore, Version } from './store/port.js';
import { heldCodeSystems } from './terminology/held.js';
import { type ConceptTables, createConceptTables } from './uploads/concept-tables.js';
import type { Following } from './uploads/follow.js';
import { createUploads } from './uploads/uploads.js';
import { type Demands, unfitDemands } from './validation/demands.js';

const MEBI = 1024 * 1024;
const defaultTerminologyBytes = 512 * MEBI;
/** Milliseconds from a code system's end to that of its table in the store: what is in a hurry is done by the commands. */
const SWEPT_AFTER = 300_000;
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

function integrityFor(
  setting: ServerOptions['referentialIntegrity'],
  { references, ...rooms }: Partial<IntegrityRooms> & Omit<IntegrityRooms, 'references'>,
): Integrity | undefined {
  if (references === undefined) return undefined;
  return createIntegrity({ ...rooms, references }, setting === 'refuse' ? 'error' : 'warning');
}

export function refuseUnfitDemands(demanded: Demands, definitions: Definitions): void {
  const unfit = unfitDemands(demanded, definitions);
  if (unfit.length > 0) throw new ConfigError(unfit.map((sentence) => `DEMANDED_PROFILES: ${sentence}.`).join('\n'));
}

export interface Parts extends ServerOptions {
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

export interface Assembled {
  readonly handler: Handler;
  readonly perform: Perform;
  readonly tables: Pick<ConceptTables, 'standing'> | undefined;
}

/** All that answers requests at `baseUrl`, once the store is arranged for it. */
export async function assemble(parts: Parts): Promise<Assembled> {
  const { definitions, baseUrl, timezone = defaultTimezone, logger = pino(), accessOf = () => unrestricted } = parts;
  const limits = { ...defaultLimits, ...parts.limits };
  const software = softwareInfo();
  const origins = parts.corsOrigins ?? ['*'];
  const { demandedProfiles = {} } = parts;
  const demanded = (type: string) => demandedProfiles[type] ?? [];
  const swept = { store: parts.primary, digestOf: ({ json }: Version) => tableDigestIn(json) };
  const sweeping = createSweeping(swept, SWEPT_AFTER, (err) => logger.error({ err }, 'tables of concepts could not be swept'));
  parts.onFollowing(sweeping);
  const limit = parts.terminologyBytes ?? defaultTerminologyBytes;
  const { states } = parts.primary;
  const tables = parts.conceptTables === false ? undefined : createConceptTables({ states, limit, onLetGo: sweeping.soon });
  const uploads = createUploads({
    packaged: definitions,
    onUnusable({ type, id }, why) {
      logger.warn({ type, id, ...(why && { why: why.en }) }, 'a definition in the store is of no use and has no effect');
    },
    ...(tables && { tables }),
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
  const audited =
    parts.audit === undefined
      ? undefined
      : openAudited({ definitions: uploads.definitions, search, store: parts.store, baseUrl, days: parts.audit.days, logger });
  if (audited !== undefined) parts.onFollowing(audited);
  const store = audited?.store ?? parts.store;
  const consentsIndexed = () => indexing.indexedPart('Consent', consentRulesParam) === undefined;
  const consents =
    parts.smart === undefined
      ? undefined
      : await followConsents({ store: parts.primary, isIndexed: consentsIndexed, pollEvery: parts.smart.pollEvery });
  if (consents !== undefined) parts.onFollowing({ close: async () => consents.close() });
  const takeAll: typeof take = async (versions) => {
    await take(versions);
    await consents?.take(versions);
  };
  const rooms = {
    definitions: uploads.definitions,
    store,
    search,
    validator: uploads.validator,
    uploads: { ...uploads, take: takeAll },
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
  const judge = (access: Access) => (access === unrestricted ? access : judgedByContext(access, definitions.resourceTypes));
  const smart = await smartFor(parts, consents, {
    definitions: uploads.definitions,
    criteria: criteriaOf(search),
    zone: rooms.zone,
    consentsIndexed,
    judge,
    perform: (request) => perform(request),
    record: audited?.journal.record ?? (() => undefined),
    logger,
  });
  const perform = createPerformer({
    ...rooms,
    idempotencyHours: parts.idempotencyHours ?? 24,
    software,
    operations,
    demanded,
    security: { ...smart?.security, cors: origins.some((origin) => origin !== '') },
    codeSystems: () => heldCodeSystems(uploads.definitions),
    since: Date.now(),
    storeId: await storeId(parts.primary),
    operation: operationInteraction(rooms),
    audit: audited?.accesses,
    unexpected: (error) => shownError(error, newId(), logger),
  });
  const basePath = new URL(baseUrl).pathname.replace(/\/$/, '');
  const premises = { types: definitions, baseUrl, origins, trustProxy: parts.smart?.trustProxy ?? false };
  const { logRequests = false } = parts;
  const judged = (req: IncomingMessage) => {
    const access = accessOf(req);
    return access instanceof Promise ? access.then(judge) : judge(access);
  };
  const allowances = createAllowances(parts.allowances ?? {});
  const fhir = createFhirHandler(
    {
      premises,
      perform,
      gate: createGate(GATE),
      limits,
      logger,
      logRequests,
      accessOf: smart?.accessOf ?? judged,
      allowances,
      smartConfiguration: smart?.configuration,
      turnedAway: audited?.accesses.turnedAway,
    },
    basePath,
  );
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
  const app = whenAsked({
    premises,
    logger,
    software,
    grants: smart === undefined ? undefined : `${new URL(baseUrl).origin}${smart.path}/grants`,
    guideFolder: parts.guideFolder ?? builtGuide,
    health,
    indexing: indexing.standing,
  });
  const handler: Handler = (req, res) => (isUnder(basePath, req.url ?? '') ? fhir(req, res) : app(req, res));
  if (smart === undefined) return { perform, handler, tables };
  return { perform, tables, handler: (req, res) => (isUnder(smart.path, req.url ?? '') ? smart.handler(req, res) : handler(req, res)) };
}

async function smartFor(
  { smart: options, baseUrl, primary, onFollowing }: Parts,
  consents: ConsentsInUse | undefined,
  rooms: Pick<SmartRooms, 'definitions' | 'criteria' | 'zone' | 'consentsIndexed' | 'judge' | 'perform' | 'record' | 'logger'>,
): Promise<Smart | undefined> {
  if (options === undefined || consents === undefined) return undefined;
  const { createSmart } = await loadSmart();
  const smart = await createSmart({ ...rooms, consents, options, baseUrl, states: primary.states, software: softwareInfo().name });
  onFollowing(smart);
  return smart;
}

/** What a granular scope asks, as a search would. */
function criteriaOf(search: Search): SmartRooms['criteria'] {
  return (type, parameters, hides) => {
    try {
      return search.criteria(type, parameters, hides === undefined ? unrestricted : { ...unrestricted, hides }).where[0]?.predicate;
    } catch (error) {
      if (error instanceof FhirError) return undefined;
      throw error;
    }
  };
}
