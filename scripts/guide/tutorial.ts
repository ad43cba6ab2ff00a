/** The two worked examples of the guide, and their JSON in pieces: a property at a time, as somebody writes it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle, FhirResource, Patient } from 'fhir/r4.js';
import { type Html, html } from '../../src/model/html.js';
import { operationOutcome } from '../../src/model/outcome.js';
import type { Resource } from '../../src/model/resource.js';
import { errorsOf, issueList } from './example-list.js';
import type { View } from './guide.js';
import { sources } from './sources.js';

/** Where the address of a server has to be put in. */
export const base = 'http://127.0.0.1:8080/fhir';

function read<T>(name: string): T {
  return JSON.parse(readFileSync(join(sources, 'tutorial', name), 'utf8')) as T;
}

export const patient = read<Patient>('patient.json');
export const labReport = read<Bundle>('lab-report.json');

/** The resource of one type in the Bundle, the first of them. */
export function resourceOf<T extends FhirResource>(type: T['resourceType']): T {
  const found = labReport.entry?.map(({ resource }) => resource).find((resource): resource is T => resource?.resourceType === type);
  if (found === undefined) throw new Error(`lab-report.json holds no ${type}`);
  return found;
}

export function code(value: unknown): Html {
  return html`<pre tabindex="0"><code>${typeof value === 'string' ? value : JSON.stringify(value, null, 2)}</code></pre>`;
}

/** Some properties, without the braces around them. */
export function pieces(resource: object, properties: readonly string[]): Html {
  const chosen = Object.fromEntries(Object.entries(resource).filter(([name]) => properties.includes(name)));
  const lines = JSON.stringify(chosen, null, 2).split('\n').slice(1, -1);
  return code(lines.map((line) => line.slice(2)).join('\n'));
}

/** What was changed, and what the server says of it: as a sentence, and as the JSON it sends. */
export function mistake(view: View, heading: string, sent: string, resource: object): Html {
  const issues = errorsOf(view.guide.judge(resource as Resource));
  if (issues.length === 0) throw new Error(`nothing is wrong with "${sent}"`);
  return html`<article class="example">
<h4>${heading}</h4>
<p>${view.say('发送了 ', 'Sent: ')}<code>${sent}</code></p>
${issueList(view, issues)}
<details><summary>${view.say('服务器的完整回答', 'The whole answer of the server')}</summary>
${code(operationOutcome(issues, view.language))}</details>
</article>`;
}
