/** Reads a page as strictly as no browser does: what is wrong with its form, and with what it offers to those who do not see it. */
import { parseSyntax, type Tag } from './tags.js';

/** Sentences; none for a page that is well. */
export function faultsOf(html: string): readonly string[] {
  const { tags, faults } = parseSyntax(html);
  return [...faults, ...idFaults(tags), ...labelFaults(tags), ...documentFaults(tags), ...scriptFaults(tags)];
}

function named(tags: readonly Tag[], name: string): readonly Tag[] {
  return tags.filter((tag) => tag.name === name);
}

function idFaults(tags: readonly Tag[]): readonly string[] {
  const ids = tags.flatMap(({ attributes }) => attributes.get('id') ?? []);
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `the id ${id} stands twice`);
  const told = tags.flatMap(({ attributes }) => [
    ...(attributes.get('aria-describedby')?.split(' ') ?? []),
    ...(attributes.get('for') ?? []).toString().split(' '),
  ]);
  const links = tags.flatMap(({ attributes }) => (attributes.get('href')?.startsWith('#') ? [attributes.get('href')?.slice(1) ?? ''] : []));
  const lost = [...told, ...links].filter((id) => id !== '' && !ids.includes(id)).map((id) => `nothing has the id ${id}`);
  return [...twice, ...lost];
}

function labelFaults(tags: readonly Tag[]): readonly string[] {
  const labelled = new Set(named(tags, 'label').map(({ attributes }) => attributes.get('for')));
  const inputs = [...named(tags, 'input'), ...named(tags, 'textarea')].filter(({ attributes }) => attributes.get('type') !== 'hidden');
  const unlabelled = inputs.filter(({ attributes }) => !labelled.has(attributes.get('id')));
  const empty = [
    ...named(tags, 'button'),
    ...named(tags, 'label'),
    ...named(tags, 'legend'),
    ...named(tags, 'a'),
    ...named(tags, 'summary'),
  ];
  return [
    ...unlabelled.map(({ attributes }) => `${attributes.get('name')} has no label`),
    ...inputs
      .filter(({ attributes }) => !attributes.has('autocomplete') && !['checkbox', 'radio'].includes(attributes.get('type') ?? ''))
      .map(({ attributes }) => `${attributes.get('name')} does not say how it is completed`),
    ...empty.filter(({ text }) => text.trim() === '').map(({ name }) => `a ${name} says nothing`),
  ];
}

function documentFaults(tags: readonly Tag[]): readonly string[] {
  const once = ['html', 'head', 'title', 'body', 'main', 'h1', 'header'].filter((name) => named(tags, name).length !== 1);
  const levels = tags.flatMap(({ name }) => (/^h[1-6]$/.test(name) ? [name] : []));
  return [
    ...once.map((name) => `there is not one ${name}`),
    ...levels.filter((level) => !['h1', 'h2'].includes(level)).map((level) => `a heading of level ${level}`),
    ...(['zh-CN', 'en'].includes(named(tags, 'html')[0]?.attributes.get('lang') ?? '') ? [] : ['the page has no language']),
  ];
}

function scriptFaults(tags: readonly Tag[]): readonly string[] {
  return tags.flatMap(({ name, attributes }) => [
    ...(['script', 'iframe', 'object', 'embed', 'link', 'base', 'img'].includes(name) ? [`there is a ${name}`] : []),
    ...[...attributes].filter(([attribute]) => /^(on|style$)/.test(attribute)).map(([attribute]) => `${name} has ${attribute}`),
    ...[...attributes]
      .filter(([attribute, value]) => ['href', 'action', 'formaction', 'src'].includes(attribute) && !/^(\/|#|\?|https?:\/\/)/i.test(value))
      .map(([, value]) => `leads to ${value}`),
  ]);
}
