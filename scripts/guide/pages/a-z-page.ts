/** Everything that has a name, by its first letter: pinyin in Chinese. A browser's own search does the rest. */
import { pinyin } from 'pinyin-pro';
import { type Html, html } from '../../../src/model/html.js';
import type { Language } from '../../../src/model/message.js';
import { type Guide, isOfIdentifiers, type Page, resourcePath, type View, wordsOf } from '../guide.js';
import type { Words } from '../language.js';
import type { GuidePackage } from '../read-package.js';

interface Entry {
  readonly name: Words;
  readonly kind: Words;
  readonly path: string;
}

export function aToZPage(fixed: readonly Page[]): Page {
  return {
    path: 'a-z.html',
    title: { zh: '索引', en: 'Index' },
    body: (view) =>
      body(view, [...fixed.map(({ path, title }) => ({ path, name: title, kind: { zh: '页面', en: 'page' } })), ...entriesOf(view.guide)]),
  };
}

function body(view: View, entries: readonly Entry[]): Html {
  const { language, say } = view;
  const order = new Intl.Collator(language === 'zh' ? 'zh-u-co-pinyin' : 'en');
  const groups = new Map<string, Entry[]>();
  for (const entry of [...entries].sort((a, b) => order.compare(a.name[language], b.name[language]))) {
    const letter = firstLetter(entry.name[language], language);
    groups.set(letter, [...(groups.get(letter) ?? []), entry]);
  }
  const letters = [...groups.keys()].sort();
  return html`<p>${say('按名称的首字母（拼音）排列。在浏览器中按 Ctrl+F 可在本页查找。', 'By first letter. Ctrl+F finds a word on this page.')}</p>
<nav aria-label="${say('首字母', 'Letters')}"><p class="letters">${letters.map((letter) => html`<a href="#letter-${letter}">${letter}</a> `)}</p></nav>
${letters.map(
  (letter) => html`<section><h2 id="letter-${letter}">${letter}</h2>
<ul class="columns">${(groups.get(letter) ?? []).map(
    ({ name, kind, path }) => html`<li><a href="${view.to(path)}">${name[language]}</a> <span class="kind">${kind[language]}</span></li>
`,
  )}</ul></section>
`,
)}`;
}

function firstLetter(name: string, language: Language): string {
  const [first = ''] = name.replace(/^[^\p{L}\p{N}]+/u, '');
  const letter = language === 'zh' ? pinyin(first, { toneType: 'none' }).charAt(0) : first.normalize('NFD').charAt(0);
  return /[a-z]/i.test(letter) ? letter.toUpperCase() : '0-9';
}

function entriesOf({ packages }: Guide): readonly Entry[] {
  return packages.flatMap((of) => [
    ...of.profiles.map((one) => resource(of, one, one.title, { zh: '规范', en: 'profile' })),
    ...of.extensions.map((one) => resource(of, one, one.title, { zh: '扩展', en: 'extension' })),
    ...of.codeSystems.map((one) => resource(of, one, one.title, { zh: '代码系统', en: 'code system' })),
    ...of.valueSets.map((one) => resource(of, one, one.title, { zh: '值集', en: 'value set' })),
    ...of.namingSystems.filter(isOfIdentifiers).map((one) => ({
      name: wordsOf(one.description ?? one.name),
      kind: { zh: '标识', en: 'identifier' },
      path: `identifiers.html#${one.id}`,
    })),
    ...(of.dataElements?.rows ?? []).map(({ group, name, english }) => ({
      name: { zh: name, en: english },
      kind: { zh: `数据元 ${group}`, en: `data element, ${group}` },
      path: `data-elements.html#${group}`,
    })),
  ]);
}

function resource(
  of: GuidePackage,
  { resourceType, id }: { resourceType: string; id?: string },
  title: string | undefined,
  kind: Words,
): Entry {
  return { name: wordsOf(title ?? id ?? ''), kind, path: resourcePath(of, resourceType, id) };
}
