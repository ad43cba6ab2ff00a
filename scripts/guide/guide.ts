/** What the pages of the guide are made of, and what a page may ask for while it is written in one language. */
import { posix } from 'node:path';
import type { NamingSystem, StructureDefinition } from 'fhir/r4.js';
import type { Html } from '../../src/model/html.js';
import { html } from '../../src/model/html.js';
import type { Language } from '../../src/model/message.js';
import type { Issue } from '../../src/model/outcome.js';
import type { Resource } from '../../src/model/resource.js';
import { foreign, htmlLanguage, inLanguage, type Words } from './language.js';
import type { GuidePackage } from './read-package.js';

export interface Guide {
  readonly packages: readonly GuidePackage[];
  /** The page of a canonical, with or without a version, below the folder of a language. */
  readonly pageOf: (canonical: string) => string | undefined;
  readonly structure: (canonical: string) => StructureDefinition | undefined;
  readonly judge: (resource: Resource) => readonly Issue[];
  /** With the worked example of a region's package beside the others. */
  readonly judgeRegion: (resource: Resource) => readonly Issue[];
  /** What an element is called in Chinese, by its path in R4. */
  readonly chineseName: (path: string) => string | undefined;
}

/** One page, in both languages. `path` stands below the folder of a language: `lianyi.cn.core/CodeSystem-gbt-2261-1.html`. */
export interface Page {
  readonly path: string;
  readonly title: Words;
  readonly body: (view: View) => Html;
}

/** A page being written. */
export interface View {
  readonly language: Language;
  readonly guide: Guide;
  /** The relative address of another page of this language; a part of it may be named behind `#`. */
  readonly to: (path: string) => string;
  /** The relative address of what stands beside the languages: the stylesheet, files of examples. */
  readonly file: (path: string) => string;
  readonly say: (zh: string, en: string) => string;
  /** What a text of the package says in this language, marked where it is in the other alone. */
  readonly own: (text: string | undefined) => Html;
}

export function viewOf(guide: Guide, here: string, language: Language): View {
  const folder = posix.dirname(`${language}/${here}`);
  return {
    language,
    guide,
    to: (path) => posix.relative(folder, `${language}/${path}`),
    file: (path) => posix.relative(folder, path),
    say: (zh, en) => (language === 'zh' ? zh : en),
    own: (text = '') => shown(inLanguage(text, language), language),
  };
}

function shown(text: string, language: Language): Html {
  const other = foreign(text, language);
  return other === undefined ? html`${text}` : html`<span lang="${htmlLanguage[other]}">${text}</span>`;
}

/** Where pages of a package stand. */
export function resourcePath(of: Pick<GuidePackage, 'name'>, type: string, id: string | undefined): string {
  return `${of.name}/${type}-${id}.html`;
}

/** Where the file of an example stands, beside the languages. */
export function examplePath(of: Pick<GuidePackage, 'name'>, profile: string, name: string): string {
  return `examples/${of.name}/${profile}/${name}.json`;
}

/** Others are of code systems, and stand on the pages of those. */
export function isOfIdentifiers({ kind }: NamingSystem): boolean {
  return kind === 'identifier';
}

export function wordsOf(text: string): Words {
  return { zh: inLanguage(text, 'zh'), en: inLanguage(text, 'en') };
}
