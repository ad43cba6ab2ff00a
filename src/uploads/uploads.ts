/**
 * Profiles, value sets, code systems and search parameters that are written through REST: judged before they are stored, in effect when their write is
 * answered. What cannot take effect is refused with the reason. Source: R4 profiling.html, resource.html#canonical
 */
import type { CodeSystem, SearchParameter } from 'fhir/r4.js';
import { tableDigestOf } from '../definitions/concept-table-extension.js';
import type { Definitions } from '../definitions/definitions.js';
import { createLiveDefinitions, type LiveDefinitions } from '../definitions/live.js';
import { isLiveType, uploaded } from '../definitions/uploaded.js';
import { inSteps, wholly } from '../model/in-steps.js';
import type { Message } from '../model/message.js';
import { type Issue, isError } from '../model/outcome.js';
import type { Key, Resource } from '../model/resource.js';
import type { Version } from '../store/port.js';
import type { CodeContent } from '../terminology/code-system.js';
import { createTerminology } from '../terminology/create-terminology.js';
import { createTranslator, type Translator } from '../terminology/translate.js';
import type { WholeTerminology } from '../terminology/whole.js';
import { createValidator, type ValidatorSetting } from '../validation/create-validator.js';
import type { Validator } from '../validation/validator.js';
import type { ConceptTables } from './concept-tables.js';
import { examineStructure } from './examine.js';
import { examineParameter } from './examine-parameter.js';
import { definedByR4 } from './refuse.js';
import { havingTable, takeIn } from './take-in.js';

/** The definitions that are in effect, and what goes by them: how resources are judged, what is told of codes. */
export interface Judge {
  readonly definitions: LiveDefinitions;
  readonly terminology: WholeTerminology;
  readonly translator: Translator;
  /** Says of a definition what keeps it from taking effect, too. */
  readonly validator: Validator;
  /** What keeps a definition from taking effect, whatever else is wrong with it; empty for what is none. */
  readonly examine: Examination;
}

/** What a transaction is about to write; without a resource it is a deletion. */
export interface Draft {
  readonly key: Key;
  readonly resource: Resource | undefined;
}

export interface Uploads extends Judge {
  /** Judges as though all of these were stored. */
  assuming(drafts: readonly Draft[]): Promise<Judge>;
  /** Puts what was committed into effect. */
  take(versions: readonly Version[]): Promise<void>;
}

export interface UploadsSetting extends Omit<ValidatorSetting, 'definitions' | 'terminology'> {
  /** What the packages bring. */
  readonly packaged: Definitions;
  /** Is told of a definition in the store that is of no use, and why where that can be said. */
  readonly onUnusable: (version: Version, why?: Message) => void;
  /** Where the concepts of large code systems lie; without it they stay unknown. */
  readonly tables?: ConceptTables;
}

export function createUploads(setting: UploadsSetting): Uploads {
  const { packaged, onUnusable, tables, ...rest } = setting;
  const live = createLiveDefinitions(packaged);
  // A code system that a copy has in common with the others is worked through once.
  const contents = new WeakMap<CodeSystem, CodeContent>();

  function judgeBy(definitions: LiveDefinitions): Judge {
    const terminology = createTerminology(definitions, contents);
    const examination: Examination = (resource) => examine(resource, definitions, packaged);
    return {
      definitions,
      terminology,
      translator: createTranslator(definitions, terminology, terminology.otherNames),
      validator: withExamination(createValidator({ ...rest, definitions, terminology }), examination),
      examine: examination,
    };
  }

  return {
    ...judgeBy(live),
    async assuming(drafts) {
      if (!drafts.some(({ key }) => isLiveType(key.type))) return this;
      const fork = live.fork();
      for (const draft of drafts) await assume(draft, fork, tables);
      return judgeBy(fork);
    },
    async take(versions) {
      for (const version of versions) {
        const taken = await takeIn(version, live, tables);
        if (taken !== undefined) onUnusable(version, taken.why);
      }
    },
  };
}

type Examination = (resource: Resource) => Generator<undefined, readonly Issue[]>;

/** Whoever validates a definition is told what whoever uploads it would be told. */
function withExamination(validator: Validator, examination: Examination): Validator {
  return {
    validate(resource, options) {
      const found = validator.validate(resource, options);
      return found.some(isError) ? found : together(found, wholly(examination(resource)));
    },
    *validateInSteps(resource, options, time) {
      const found = yield* validator.validateInSteps(resource, options, time);
      // Only what is valid in itself can be looked at as a definition.
      return found.some(isError) ? found : together(found, yield* examination(resource));
    },
  };
}

/** Of one fault at one place the graver word is enough. */
function together(found: readonly Issue[], examined: readonly Issue[]): readonly Issue[] {
  if (examined.length === 0) return found;
  const faulty = new Set(examined.filter(isError).map(({ expression }) => expression));
  return [...found.filter(({ expression }) => !faulty.has(expression)), ...examined];
}

/** Later than whatever is there. */
const unwritten = { version: Number.MAX_SAFE_INTEGER, lastUpdated: Number.MAX_SAFE_INTEGER };

async function assume({ key: { type, id }, resource }: Draft, fork: LiveDefinitions, tables: ConceptTables | undefined): Promise<void> {
  if (!isLiveType(type)) return;
  const one = resource === undefined ? undefined : await inSteps(uploaded(resource, { id, ...unwritten }));
  if (one === undefined) fork.remove(type, id, unwritten.version);
  else {
    const digest = resource && tableDigestOf(resource);
    const table = digest === undefined ? undefined : tables?.held(digest);
    fork.put(table === undefined ? one : havingTable(one, table));
  }
}

/** `live`: as all will be when the resource is stored, but for the resource itself. */
function* examine(resource: Resource, live: LiveDefinitions, packaged: Definitions): Generator<undefined, readonly Issue[]> {
  const { resourceType: type, id, url } = resource;
  // Where a package's resource stands nothing is written at all: that is another fault, and the store's to tell.
  if (!isLiveType(type) || typeof url !== 'string' || (typeof id === 'string' && packaged.served.packageOf(type, id) !== undefined))
    return [];
  const refused = definedByR4(type, url, packaged);
  if (refused.length > 0 || (type !== 'StructureDefinition' && type !== 'SearchParameter')) return refused;
  yield;
  const own = yield* uploaded(resource, { id: String(id), ...unwritten });
  if (own === undefined) return [];
  const definitions = live.fork();
  definitions.put(own);
  if (type === 'SearchParameter') return examineParameter(own.read() as SearchParameter, definitions);
  return examineStructure(own, { definitions, terminology: createTerminology(definitions) });
}
