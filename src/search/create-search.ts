/** The search room put together. */
import { randomBytes } from 'node:crypto';
import type { Definitions } from '../definitions/definitions.js';
import { createZone } from '../model/dates.js';
import { inSteps } from '../model/in-steps.js';
import type { Layout } from '../store/port.js';
import { createCodeSystems, type Vocabulary } from './code-systems.js';
import type { CriterionScope } from './criterion.js';
import { createCursors } from './cursors.js';
import { matchesWhere } from './evaluate.js';
import { explainSearch } from './explain.js';
import { createExtractor } from './extract.js';
import { documentTypes, fullTextTypes } from './full-text.js';
import { identifierNames, identifierParameters } from './guard-names.js';
import { keysOf } from './key-versions.js';
import { createLayout, createSlots } from './layout.js';
import { localReferences } from './local-references.js';
import { planSearch } from './plan.js';
import { planCriteria } from './plan-criteria.js';
import { createRegistry, type IndexState, whileUnchanged } from './registry.js';
import { runSearch } from './run.js';
import type { PlanOptions, Search } from './search.js';
import { createSubsetter } from './subset.js';
import { parseSubset } from './subset-parameters.js';
import { readySelections } from './types/token-terminology.js';
import { isVisibleVersion } from './visible-version.js';

export interface SearchOptions {
  readonly definitions: Definitions;
  /** Code systems and value sets, uploaded ones included; those of `definitions` alone where it is absent. */
  readonly vocabulary?: Vocabulary;
  /** Where this server lives: absolute references into it are local ones. */
  readonly baseUrl: string;
  /** An IANA name, for dates without a zone. Throws RangeError for one that is unknown. */
  readonly timezone: string;
  /** Types whose words are kept for `_text` and `_content`: `none`, `all`, or names separated by commas. */
  readonly fullText?: string | undefined;
  /** Whether it is kept what each resource refers to here, so that what refers to it is found. */
  readonly references?: boolean | undefined;
  readonly defaultCount?: number;
  readonly maxCount?: number;
  readonly maxIncluded?: number;
  /** Milliseconds a page, and an exact total, may take. */
  readonly timeLimit?: number;
  readonly estimateTimeLimit?: number;
  /** Bytes of matches on one page. */
  readonly pageBytes?: number;
  /** Milliseconds UTC. */
  readonly now?: () => number;
  /** Where it has been worked out before, from the same definitions. */
  readonly layout?: Layout;
  /** What the packages bring, where `definitions` change: by what types can be sorted is settled when a store is arranged. */
  readonly packaged?: Definitions;
  /** Asked before a parameter is searched by; without it everything is complete. */
  readonly index?: IndexState;
  /** Of the store, so that cursors outlive the process; without it they end with this search. */
  readonly cursorSecret?: Buffer;
}

/** What a store has to be arranged for. */
export function searchLayout(definitions: Definitions): Layout {
  return createLayout(createSlots(createRegistry(definitions)), definitions.resourceTypes);
}

export function createSearch(options: SearchOptions): Search {
  const {
    definitions,
    defaultCount = 20,
    maxCount = 1000,
    maxIncluded = 1000,
    timeLimit = 10_000,
    estimateTimeLimit = 200,
    pageBytes = 64 * 1024 * 1024,
  } = options;
  const context = {
    definitions,
    codeSystems: createCodeSystems(definitions, options.vocabulary),
    baseUrl: options.baseUrl.replace(/\/+$/, ''),
    zone: createZone(options.timezone),
    now: options.now ?? Date.now,
  };
  const registry = createRegistry(definitions, options.index, {
    words: fullTextTypes(options.fullText ?? documentTypes, definitions.isResourceType),
    references: options.references ?? false,
  });
  const slots = createSlots(createRegistry(options.packaged ?? definitions));
  const extractor = createExtractor(registry, slots, context);
  const cursors = createCursors(options.cursorSecret ?? randomBytes(32));
  const scope = (access: CriterionScope['access']): CriterionScope => ({ registry, slots, context, access });
  const contextOf = ({ vocabulary = options.vocabulary }: PlanOptions) =>
    vocabulary === options.vocabulary ? context : { ...context, codeSystems: createCodeSystems(definitions, vocabulary) };
  const scopeOf = (access: CriterionScope['access'], planOptions: PlanOptions): CriterionScope => ({
    ...scope(access),
    context: contextOf(planOptions),
  });
  const planning = { defaultCount, maxCount, cursors };
  const running = { extractor, registry, cursors, timeLimit, estimateTimeLimit, maxIncluded, pageBytes };
  const run: Search['run'] = (store, plan, access) => runSearch(running, store, plan, access);
  return {
    cursors,
    layout: options.layout ?? createLayout(slots, definitions.resourceTypes),
    extract: extractor.extract,
    extractInSteps: extractor.extractInSteps,
    ready: (parameters, planOptions = {}) => inSteps(readySelections(parameters, contextOf(planOptions))),
    plan: (types, parameters, access, planOptions = {}) =>
      planSearch(scopeOf(access, planOptions), planning, types, parameters, planOptions),
    criteria: (type, parameters, access) => planCriteria(scope(access), type, parameters),
    run,
    explain: (store, plan, access, language) =>
      explainSearch({ scope: scope(access), store, plan, language, run: () => run(store, plan, access) }),
    matches: matchesWhere,
    isVisible: (store, version, predicate) => isVisibleVersion({ store, extractor }, version, predicate),
    subsetAsked: (types, parameters) => parseSubset(definitions, types, parameters),
    subset: createSubsetter(definitions),
    searchable: (type) => [...registry.parameters(type).values()].filter((one) => registry.obstacle(one) === undefined),
    searchableChanges: registry.changes,
    keysOf: whileUnchanged(definitions.generation, (type) => keysOf(registry, slots, type, options.timezone)),
    identifierNames: (type, entries) => identifierNames(registry, type, entries),
    identifierNamesOf(resource) {
      const { resourceType: type } = resource;
      return identifierNames(registry, type, extractor.entries(resource, identifierParameters(registry, type)));
    },
    ...(options.references ? { references: localReferences(registry, definitions) } : {}),
  };
}
