/**
 * Search parameters of R4 whose expression leads nowhere, and what it is read as. The definition that is served stays as R4 has it.
 * Source: R4 searchparameter-registry.html, extension-registry of R4 (the extensions that are meant)
 */
export interface Erratum {
  readonly expression: string;
  /** What is wrong with R4's own. */
  readonly reason: string;
}

const extensions = 'http://hl7.org/fhir/StructureDefinition';
const aminoAcidChange = {
  expression: `Observation.extension('${extensions}/observation-geneticsAminoAcidChange').extension('Name')`,
  reason: 'names an extension observation-geneticsAminoAcidChangeName; R4 has the name inside observation-geneticsAminoAcidChange',
};
const variant = {
  expression: `Observation.extension('${extensions}/observation-geneticsVariant').extension('Name')`,
  reason: 'names an extension observation-geneticsDnaVariant; R4 has the name inside observation-geneticsVariant',
};

/** By the url of the parameter. */
export const errata: ReadonlyMap<string, Erratum> = new Map([
  [
    'http://hl7.org/fhir/SearchParameter/patient-extensions-Patient-mothersMaidenName',
    {
      expression: `Patient.extension('${extensions}/patient-mothersMaidenName')`,
      reason: 'names an extension patient-extensions-Patient-mothersMaidenName; R4 has patient-mothersMaidenName',
    },
  ],
  ['http://hl7.org/fhir/SearchParameter/observation-genetic-Observation-amino-acid-change', aminoAcidChange],
  ['http://hl7.org/fhir/SearchParameter/observation-genetic-Observation-gene-amino-acid-change', aminoAcidChange],
  ['http://hl7.org/fhir/SearchParameter/observation-genetic-Observation-dna-variant', variant],
  ['http://hl7.org/fhir/SearchParameter/observation-genetic-Observation-gene-dnavariant', variant],
]);
