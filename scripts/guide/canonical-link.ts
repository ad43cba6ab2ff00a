/** Links to what a canonical names: a page of the guide, else R4's own page, else the canonical as it is. */
import { type Html, html } from '../../src/model/html.js';
import type { View } from './guide.js';

const core = 'https://hl7.org/fhir/R4';

/** `label`: what is shown; the last part of the canonical unless said otherwise. */
export function canonicalLink({ guide, to }: View, canonical: string, label = lastPart(canonical)): Html {
  const page = guide.pageOf(canonical);
  const address = page === undefined ? pageOfCore(canonical) : to(page);
  return address === undefined ? html`<code>${canonical}</code>` : html`<a href="${address}">${label}</a>`;
}

export function typeLink(type: string): Html {
  if (type.startsWith('http')) return html`<code>${lastPart(type)}</code>`;
  return html`<a href="${core}/${pageOfType(type)}">${type}</a>`;
}

function pageOfCore(canonical: string): string | undefined {
  const [, kind, id = ''] = /^http:\/\/hl7\.org\/fhir\/(StructureDefinition|ValueSet)\/([^|]+)/.exec(canonical) ?? [];
  if (kind === 'ValueSet') return `${core}/valueset-${id}.html`;
  if (kind === 'StructureDefinition') return `${core}/${/^[A-Z]/.test(id) ? pageOfType(id) : `extension-${id.toLowerCase()}.html`}`;
  const [, vocabulary] = /^http:\/\/terminology\.hl7\.org\/CodeSystem\/(.+)$/.exec(canonical) ?? [];
  if (vocabulary === undefined) return undefined;
  const [, v2] = /^v2-(\d{4})$/.exec(vocabulary) ?? [];
  if (v2 !== undefined) return `${core}/v2/${v2}/index.html`;
  return vocabulary.startsWith('v3-') ? `${core}/v3/${vocabulary.slice(3)}/cs.html` : `${core}/codesystem-${vocabulary}.html`;
}

const dataTypes = new Set(
  'Address Age Annotation Attachment CodeableConcept Coding ContactPoint Count Distance Duration HumanName Identifier Money Period Quantity Range Ratio SampledData Signature Timing'.split(
    ' ',
  ),
);

function pageOfType(type: string): string {
  if (dataTypes.has(type) || /^[a-z]/.test(type)) return `datatypes.html#${type}`;
  if (type === 'Reference') return 'references.html';
  if (type === 'Extension') return 'extensibility.html';
  if (type === 'Meta') return 'resource.html#Meta';
  if (type === 'BackboneElement') return 'backboneelement.html';
  return `${type.toLowerCase()}.html`;
}

function lastPart(canonical: string): string {
  const [url = canonical] = canonical.split('|');
  return url.slice(url.lastIndexOf('/') + 1);
}
