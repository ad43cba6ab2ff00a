/** What a row of the tree says of an element: flags, types, and in words what it may hold. */
import type { ElementDefinition, ElementDefinitionType } from 'fhir/r4.js';
import { type Html, html } from '../../src/model/html.js';
import { canonicalLink, typeLink } from './canonical-link.js';
import type { View } from './guide.js';
import { inLanguage } from './language.js';

const chinese = /\p{Script=Han}/u;

/** The package's own words; R4's short texts are English, in Chinese the element's name stands for them. */
export function shortText(view: View, element: ElementDefinition): Html {
  const { short = '', path, base } = element;
  const title = extensionOf(element).map((url) => view.guide.structure(url)?.title)[0];
  if (title !== undefined) return view.own(title);
  if (chinese.test(short) || view.language === 'en') return html`${inLanguage(short, view.language)}`;
  const name = view.guide.chineseName(base?.path ?? path);
  return name === undefined ? html`<span lang="en">${short}</span>` : html`${name}`;
}

function extensionOf({ type = [] }: ElementDefinition): readonly string[] {
  return type.flatMap(({ code, profile = [] }) => (code === 'Extension' ? profile : []));
}

export function flags({ say }: View, element: ElementDefinition): Html {
  const { mustSupport, isModifier } = element;
  return html`${mustSupport === true && html`<abbr class="flag" title="${say('应支持：能提供就要提供，收到不能丢', 'must support: sent where known, kept where received')}">MS</abbr> `}${isModifier === true && html`<abbr class="flag" title="${say('修饰元素：会改变含义，不能忽略', 'modifier: changes the meaning, never to be ignored')}">?!</abbr>`}`;
}

/** `1..1`, struck where it may not stand. */
export function cardinality({ min, max }: ElementDefinition): Html {
  return html`<span${min !== undefined && min > 0 && html` class="needed"`}>${min ?? ''}..${max ?? ''}</span>`;
}

export function types(view: View, element: ElementDefinition): Html {
  const { type = [], contentReference } = element;
  if (contentReference !== undefined) return html`<code>${contentReference}</code>`;
  return html`${type.map((one, at) => html`${at > 0 && ' | '}${typeOf(view, one)}`)}`;
}

function typeOf(view: View, { code, profile, targetProfile }: ElementDefinitionType): Html {
  if (profile !== undefined && code === 'Extension') return html`${profile.map((one) => canonicalLink(view, one))}`;
  const targets =
    targetProfile === undefined ? '' : html`(${targetProfile.map((one, at) => html`${at > 0 && ' | '}${canonicalLink(view, one)}`)})`;
  const kinds = profile === undefined ? '' : html` {${profile.map((one) => canonicalLink(view, one))}}`;
  return html`${typeLink(code)}${kinds}${targets}`;
}

/** Binding, fixed values, patterns, slicing and the keys of its constraints. */
export function rules(view: View, element: ElementDefinition): Html {
  const { binding, slicing, constraint = [] } = element;
  const own = constraint.filter(({ source }) => isOwn(view, source));
  return html`${
    binding?.valueSet !== undefined &&
    html`<p>${view.say('取值 ', 'Codes ')}${canonicalLink(view, binding.valueSet)} <span class="strength">${strength(view, binding.strength)}</span></p>`
  }${valuesOf(element).map(
    ([kind, value]) =>
      html`<p>${kind === 'fixed' ? view.say('固定为 ', 'Fixed: ') : view.say('须含 ', 'Must have: ')}<code>${value}</code></p>`,
  )}${
    slicing !== undefined &&
    html`<p>${view.say('切片依据 ', 'Sliced by ')}<code>${(slicing.discriminator ?? []).map(({ path }) => path).join(', ')}</code></p>`
  }${
    own.length > 0 &&
    html`<p>${view.say('约束 ', 'Rules ')}${own.map(({ key }, at) => html`${at > 0 && view.say('、', ', ')}<a href="#rule-${key}">${key}</a>`)}</p>`
  }`;
}

/** Of a package of the guide, not of R4. */
export function isOwn({ guide }: View, source: string | undefined): boolean {
  return source !== undefined && guide.structure(source) !== undefined;
}

export function strength({ say }: View, one: string): string {
  if (one === 'required') return say('必须用这些代码', 'required: these codes only');
  if (one === 'extensible') return say('优先用这些代码，没有合适的才用其他', 'extensible: others only where none fits');
  if (one === 'preferred') return say('推荐', 'preferred');
  return say('示例', 'example');
}

/** `['fixed', '"urn:oid:…"']` */
export function valuesOf(element: ElementDefinition): readonly (readonly ['fixed' | 'pattern', string])[] {
  return Object.entries(element).flatMap(([key, value]) => {
    const [, kind] = /^(fixed|pattern)[A-Z]/.exec(key) ?? [];
    if (kind === undefined) return [];
    return [[kind === 'fixed' ? 'fixed' : 'pattern', typeof value === 'string' ? value : JSON.stringify(value)] as const];
  });
}
