/** All pages of the guide, written into a folder that can be served as it is. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FhirResource, StructureDefinition } from 'fhir/r4.js';
import { localPackage, type Package, packageResources } from '../../src/definitions/packages.js';
import { createLoneValidator } from '../../src/lone-validator.js';
import { html } from '../../src/model/html.js';
import type { JsonObject } from '../../src/model/json.js';
import type { Issue } from '../../src/model/outcome.js';
import type { Resource } from '../../src/model/resource.js';
import { pageText } from './frame.js';
import { examplePath, type Guide, type Page, resourcePath } from './guide.js';
import { htmlLanguage, languages } from './language.js';
import { aToZPage } from './pages/a-z-page.js';
import { codeSystemPages } from './pages/code-system-pages.js';
import { conceptMapPages } from './pages/concept-map-pages.js';
import { dataElementsPage } from './pages/data-elements-page.js';
import { homePage } from './pages/home-page.js';
import { identifiersPage } from './pages/identifiers-page.js';
import { profilesPage } from './pages/profiles-page.js';
import { regionPage } from './pages/region-page.js';
import { sendLabReportPage } from './pages/send-lab-report-page.js';
import { sendPatientPage } from './pages/send-patient-page.js';
import { structurePages } from './pages/structure-pages.js';
import { terminologyPage } from './pages/terminology-page.js';
import { valueSetPages } from './pages/value-set-pages.js';
import { type GuidePackage, readGuidePackage } from './read-package.js';
import { project, sources } from './sources.js';
import { labReport, patient } from './tutorial.js';

/** `into` is made anew. Gives the paths of all files written, below it. */
export function writeGuide(packages: readonly Package[], into: string): readonly string[] {
  const guide = guideOf(packages);
  const files = new Map<string, string>([
    ...['style.css', 'icon.svg'].map((name) => [name, readFileSync(join(sources, name), 'utf8')] as const),
    ['index.html', choiceOfLanguage],
    ['patient.json', text(patient)],
    ['lab-report.json', text(labReport)],
    ...languages.flatMap((language) =>
      pagesOf(guide).map((page) => [`${language}/${page.path}`, pageText(guide, page, language)] as const),
    ),
    ...guide.packages.flatMap((of) => of.examples.map(({ profile, name, text }) => [examplePath(of, profile, name), text] as const)),
  ]);
  rmSync(into, { recursive: true, force: true });
  for (const folder of new Set([...files.keys()].map((path) => dirname(path)))) mkdirSync(join(into, folder), { recursive: true });
  for (const [path, text] of files) writeFileSync(join(into, path), text);
  return [...files.keys()];
}

function text(resource: unknown): string {
  return `${JSON.stringify(resource, null, 2)}\n`;
}

function pagesOf({ packages }: Guide): readonly Page[] {
  const fixed = [
    homePage,
    sendPatientPage,
    sendLabReportPage,
    profilesPage,
    terminologyPage,
    identifiersPage,
    dataElementsPage,
    regionPage,
  ];
  const ofPackage = (of: GuidePackage) => [...structurePages(of), ...codeSystemPages(of), ...valueSetPages(of), ...conceptMapPages(of)];
  return [...fixed, aToZPage(fixed), ...packages.flatMap(ofPackage)];
}

function guideOf(packages: readonly Package[]): Guide {
  const read = packages.map(readGuidePackage);
  const pages = new Map<string, string>();
  const structures = new Map<string, StructureDefinition>();
  for (const of of read) {
    for (const one of [...of.profiles, ...of.extensions]) structures.set(one.url, one);
    for (const one of [...of.profiles, ...of.extensions, ...of.codeSystems, ...of.valueSets, ...of.conceptMaps])
      for (const canonical of [one.url, `${one.url}|${one.version}`])
        pages.set(canonical ?? '', resourcePath(of, one.resourceType, one.id));
  }
  const region = localPackage(join(project, 'examples', 'qinghe.core'));
  const names = JSON.parse(readFileSync(join(sources, 'element-names.json'), 'utf8')) as Readonly<Record<string, string>>;
  return {
    packages: read,
    pageOf: (canonical) => pages.get(canonical) ?? pages.get(withoutVersion(canonical)),
    structure: (canonical) => structures.get(withoutVersion(canonical)),
    judge: judgeWith(packages),
    judgeRegion: judgeWith([...packages.filter(({ name }) => name !== region.name), region]),
    chineseName: (path) => names[path] ?? names[path.slice(path.lastIndexOf('.') + 1)],
  };
}

/** What was compiled, and beside it the packages that were not. */
function judgeWith(packages: readonly Package[]): Guide['judge'] {
  const compiled = new Set(createLoneValidator().definitions.packages.map(({ name }) => name));
  const more = packages.filter(({ name }) => !compiled.has(name)).flatMap((of) => [...packageResources(of)]);
  const { validator } = createLoneValidator(more.map(({ resource }) => resource as unknown as FhirResource as unknown as JsonObject));
  // Asked for once in each language.
  const known = new WeakMap<Resource, readonly Issue[]>();
  return (resource) => {
    const issues = known.get(resource) ?? validator.validate(resource);
    known.set(resource, issues);
    return issues;
  };
}

function withoutVersion(canonical: string): string {
  const [url = canonical] = canonical.split('|');
  return url;
}

/** The first page of all: servers send people on by the language they read, files on a disk cannot. */
const choiceOfLanguage = html`<!DOCTYPE html>
<html lang="${htmlLanguage.zh}">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>联医实施指南 Lianyi implementation guide</title>
<link rel="stylesheet" href="style.css"/>
<link rel="icon" href="icon.svg"/>
</head>
<body>
<main>
<h1>联医实施指南 <span lang="en">Lianyi implementation guide</span></h1>
<p class="choice"><a href="zh/index.html">中文</a> <a lang="en" hreflang="en" href="en/index.html">English</a></p>
</main>
</body>
</html>
`.toString();
