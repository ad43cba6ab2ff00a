/**
 * Cuts conformance resources down to what validation, FHIRPath, search and terminology read: texts for people (definitions,
 * comments, mappings, narratives) go, rules stay. The whole resources are served by REST from a file of their own.
 */
import type { RowKind } from './index-format.js';

type Fields = Readonly<Record<string, unknown>>;

/** Fields kept as they are; functions go into what stands deeper. */
interface Keep {
  readonly fields: readonly string[];
  readonly deeper?: Readonly<Record<string, (value: Fields) => Fields>>;
  readonly also?: (field: string, value: unknown) => boolean;
}

function cut(keep: Keep): (value: Fields) => Fields {
  const fields = new Set(keep.fields);
  return (value) => {
    const result: Record<string, unknown> = {};
    for (const [field, part] of Object.entries(value)) {
      const deeper = keep.deeper?.[field];
      if (deeper !== undefined) result[field] = Array.isArray(part) ? part.map(deeper) : deeper(part as Fields);
      else if (fields.has(field) || keep.also?.(field, part)) result[field] = part;
    }
    return result;
  };
}

const bindingExtensions = new Set([
  'http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet',
  'http://hl7.org/fhir/StructureDefinition/elementdefinition-minValueSet',
]);

const cutBinding = cut({ fields: ['strength', 'valueSet'] });
function binding(value: Fields): Fields {
  const extension = ((value.extension ?? []) as readonly { url: string }[]).filter((one) => bindingExtensions.has(one.url));
  return { ...cutBinding(value), ...(extension.length === 0 ? {} : { extension }) };
}

/** `fixedCode`, `patternCodeableConcept`, `minValueInteger`, `_fixedString` …; flags that are false say nothing. */
function isValueRule(field: string, value: unknown): boolean {
  if (field === 'isModifier' || field === 'isSummary') return value === true;
  return /^_?(fixed|pattern|minValue|maxValue)[A-Z]/.test(field);
}

const element = cut({
  fields: [
    ...['id', 'path', 'representation', 'sliceName', 'sliceIsConstraining', 'slicing', 'min', 'max', 'contentReference', 'type'],
    ...['maxLength', 'condition'],
  ],
  deeper: { binding, constraint: cut({ fields: ['key', 'severity', 'human', '_human', 'expression', 'source', 'extension'] }) },
  also: isValueRule,
});

const canonical = ['resourceType', 'id', 'url', 'version', 'name', 'title', 'status', 'experimental'];

const structure = [...canonical, 'kind', 'abstract', 'context', 'contextInvariant', 'type', 'baseDefinition', 'derivation'];
const elements = cut({ fields: [], deeper: { element } });

function concept(value: Fields): Fields {
  return cutConcept(value);
}
const cutConcept = cut({ fields: ['code', 'display', 'definition', 'designation', 'property'], deeper: { concept } });

function contains(value: Fields): Fields {
  return cutContains(value);
}
const cutContains = cut({ fields: ['system', 'version', 'code', 'display', 'abstract', 'inactive', 'designation'], deeper: { contains } });

const include = cut({
  fields: ['system', 'version', 'filter', 'valueSet'],
  deeper: { concept: cut({ fields: ['code', 'display', 'designation'] }) },
});

/** Names a code system supplement that the codes of a value set are to be shown with. */
export const valueSetSupplement = 'http://hl7.org/fhir/StructureDefinition/valueset-supplement';

const condition = cut({ fields: ['property', 'system', 'value', 'display'] });

/** What a concept map says of one concept. */
export const stripMapElement = cut({
  fields: ['code', 'display'],
  deeper: { target: cut({ fields: ['code', 'display', 'equivalence', 'comment'], deeper: { dependsOn: condition, product: condition } }) },
});

export const stripMapGroup = cut({
  fields: ['source', 'sourceVersion', 'target', 'targetVersion'],
  deeper: { element: stripMapElement, unmapped: cut({ fields: ['mode', 'code', 'display', 'url'] }) },
});

const operationParameter = cut({
  fields: ['name', 'use', 'min', 'max', 'type', 'targetProfile', 'searchType', 'binding', 'referencedFrom'],
  deeper: { part: (value) => operationParameter(value) },
});

export const strip: Readonly<Record<RowKind | 'SearchParameter', (value: Fields) => Fields>> = {
  StructureDefinition: cut({ fields: structure, deeper: { snapshot: elements } }),
  ValueSet: cut({
    fields: [...canonical, 'language', 'immutable'],
    deeper: {
      compose: cut({ fields: ['lockedDate', 'inactive'], deeper: { include, exclude: include } }),
      expansion: cut({ fields: ['total', 'parameter'], deeper: { contains } }),
    },
    also: (field, value) => field === 'extension' && (value as readonly { url: string }[]).some(({ url }) => url === valueSetSupplement),
  }),
  CodeSystem: cut({
    fields: [
      ...[...canonical, 'caseSensitive', 'valueSet', 'hierarchyMeaning', 'compositional', 'versionNeeded', 'content', 'supplements'],
      ...['language', 'date', 'count', 'filter', 'property'],
    ],
    deeper: { concept },
  }),
  ConceptMap: cut({
    fields: [...canonical, 'sourceUri', 'sourceCanonical', 'targetUri', 'targetCanonical'],
    deeper: { group: stripMapGroup },
  }),
  SearchParameter: cut({
    fields: [
      ...[...canonical, 'code', 'base', 'type', 'expression', 'xpathUsage', 'target', 'multipleOr', 'multipleAnd', 'comparator'],
      ...['modifier', 'chain', 'component', 'derivedFrom'],
    ],
  }),
  OperationDefinition: cut({
    fields: [
      ...[...canonical, 'kind', 'affectsState', 'code', 'base', 'resource', 'system', 'type', 'instance', 'inputProfile', 'outputProfile'],
      'overload',
    ],
    deeper: { parameter: operationParameter },
  }),
  CompartmentDefinition: cut({ fields: [...canonical, 'code', 'search'], deeper: { resource: cut({ fields: ['code', 'param'] }) } }),
};

/** A structure that was uploaded: its snapshot may not be the last word. */
export const stripUploadedStructure = cut({ fields: structure, deeper: { snapshot: elements, differential: elements } });
