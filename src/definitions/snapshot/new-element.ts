/**
 * An element that a type adds to what it inherits, with what every element has. Source: R4 element.html (ele-1),
 * extensibility.html (ext-1), elementdefinition.html
 */
import type { ElementDefinition, ElementDefinitionConstraint } from 'fhir/r4.js';
import { withSource } from './tree.js';

const ele1: ElementDefinitionConstraint = {
  key: 'ele-1',
  severity: 'error',
  human: 'All FHIR elements must have a @value or children',
  expression: 'hasValue() or (children().count() > id.count())',
  xpath: '@value|f:*|h:div',
  source: 'http://hl7.org/fhir/StructureDefinition/Element',
};

const ext1: ElementDefinitionConstraint = {
  key: 'ext-1',
  severity: 'error',
  human: 'Must have either extensions or value[x], not both',
  expression: 'extension.exists() != value.exists()',
  xpath: 'exists(f:extension)!=exists(f:*[starts-with(local-name(.), "value")])',
  source: 'http://hl7.org/fhir/StructureDefinition/Extension',
};

export function newElement(said: ElementDefinition | undefined, path: string, url: string): ElementDefinition {
  const { min = 0, max = '*', constraint = [], ...rest }: ElementDefinition = said ?? { path };
  const all = [...commonConstraints(rest), ...withSource(constraint, url)];
  return {
    ...rest,
    min,
    max,
    base: { path, min, max },
    ...(all.length === 0 ? {} : { constraint: all }),
    isModifier: rest.isModifier ?? false,
    isSummary: rest.isSummary ?? false,
  };
}

/** Values of FHIRPath's own types are no elements, and a resource has its own rules. */
function commonConstraints({ type = [] }: ElementDefinition): readonly ElementDefinitionConstraint[] {
  const code = type[0]?.code ?? '';
  if (code.startsWith('http://hl7.org/fhirpath/') || code === 'Resource') return [];
  return code === 'Extension' ? [ele1, ext1] : [ele1];
}
