/**
 * Profiles, value sets, code systems and search parameters that are written through REST: judged before they are stored, in effect when their write is
 * answered. What cannot take effect is refused with the reason. Source: R4 profiling.html, resource.html#canonical
 */
import type { SearchParameter } from 'fhir/r4.js';
import type { Definitions } from '../definitions/definitions.js';
import { createLiveDefinitions, type LiveDefinitions } from '../definitions/live.js';
import { isLiveType, uploaded } from '../definitions/uploaded.js';
import { inSteps, wholly } from '../model/in-steps.js';
import { isObject, type Json } from '../model/json.js';
import type { Issue } from '../model/outcome.js';
import { parseStored } from '../model/parse-stored.js';
import type { Key, Resource } from '../model/resource.js';
import type { Version } from '../store/port.js';
import { createTerminology } from '../terminology/create-terminology.js';
import type { Terminology } from '../terminology/terminology.js';
import { createTranslator, type Translator } from '../terminology/translate.js';
import type { WholeTerminology } from '../terminology/whole.js';
import { createValidator, type ValidatorSetting } from '../validation/create-validator.js';
import type { Validator } from '../validation/validator.js';
import { examineStructure } from './examine.js';
import { examineParameter } from './examine-parameter.js';
import { definedByR4 } from './refuse.js';

/** By what resources are judged. */
export interface Judge {
  /** Says of a definition what keeps it from taking effect, too. */
  readonly validator: Validator;
}

/** What a transaction is about to write; without a resource it is a deletion. */
export interface Draft {
  readonly key: Key;
  readonly resource: Resource | undefined;
}

export interface Uploads extends Judge {
  readonly definitions: LiveDefinitions;
  readonly terminology: WholeTerminology;
  readonly translator: Translator;
  /** What keeps a definition from taking effect, whatever else is wrong with it; empty for what is none. */
  readonly examine: Examination;
  /** Judges as though all of these were stored. */
  assuming(drafts: readonly Draft[]): Promise<Judge>;
  /** Puts what was committed into effect. */
  take(versions: readonly Version[]): Promise<void>;
}

export interface UploadsSetting extends Omit<ValidatorSetting, 'definitions' | 'terminology'> {
  /** What the packages bring. */
  readonly packaged: Definitions;
  /** Is told of a definition in the store that is of no use. */
  readonly onUnusable: (version: Version) => void;
}

export function createUploads(setting: UploadsSetting): Uploads {
  const { packaged, onUnusable, ...rest } = setting;
  const definitions = createLiveDefinitions(packaged);

  const terminology = createTerminology(definitions);

  function judgeBy(live: LiveDefinitions, terms: Terminology): Judge {
    const validator = createValidator({ ...rest, definitions: live, terminology: terms });
    return { validator: withExamination(validator, (resource) => examine(resource, live, packaged)) };
  }

  return {
    ...judgeBy(definitions, terminology),
    definitions,
    terminology,
    translator: createTranslator(definitions, terminology),
    examine: (resource) => examine(resource, definitions, packaged),
    async assuming(drafts) {
      if (!drafts.some(({ key }) => isLiveType(key.type))) return this;
      const fork = definitions.fork();
      for (const draft of drafts) await assume(draft, fork);
      return judgeBy(fork, createTerminology(fork));
    },
    async take(versions) {
      for (const version of versions) {
        if (isLiveType(version.type) && (await inSteps(takeIn(version, definitions))) === 'unusable') onUnusable(version);
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

function isError({ severity }: Issue): boolean {
  return severity === 'error' || severity === 'fatal';
}

/** Of one fault at one place the graver word is enough. */
function together(found: readonly Issue[], examined: readonly Issue[]): readonly Issue[] {
  if (examined.length === 0) return found;
  const faulty = new Set(examined.filter(isError).map(({ expression }) => expression));
  return [...found.filter(({ expression }) => !faulty.has(expression)), ...examined];
}

/** Later than whatever is there. */
const unwritten = { version: Number.MAX_SAFE_INTEGER, lastUpdated: Number.MAX_SAFE_INTEGER };

async function assume({ key: { type, id }, resource }: Draft, fork: LiveDefinitions): Promise<void> {
  if (!isLiveType(type)) return;
  const one = resource === undefined ? undefined : await inSteps(uploaded(resource, { id, ...unwritten }));
  if (one === undefined) fork.remove(type, id, unwritten.version);
  else fork.put(one);
}

/** Bytes that are read at once; the exact text of numbers, which takes longer, is of no use to rules. */
const SHORT = 256 * 1024;

function* parsed(json: Buffer): Generator<undefined, Json> {
  return json.length <= SHORT ? (JSON.parse(json.toString()) as Json) : yield* parseStored(json);
}

function* takeIn(
  { type, id, version, lastUpdated, json }: Version,
  definitions: LiveDefinitions,
): Generator<undefined, 'unusable' | undefined> {
  if (!isLiveType(type) || (definitions.versionOf(type, id) ?? 0) >= version) return undefined;
  const resource = json === null ? undefined : yield* parsed(json);
  const one = isObject(resource) ? yield* uploaded(resource, { id, version, lastUpdated }) : undefined;
  if (one === undefined) definitions.remove(type, id, version);
  else definitions.put(one);
  return json !== null && one === undefined ? 'unusable' : undefined;
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
