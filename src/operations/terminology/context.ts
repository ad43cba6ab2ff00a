/** The value set that an element of a profile is bound to. Source: R4 valueset-operation-expand.html (context) */
import type { Definitions } from '../../definitions/definitions.js';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import type { OperationParameters } from './parameters.js';

/** `context`: `[url of a StructureDefinition]#[id or path of an element]`. Throws FhirError 404 for one that leads to no value set. */
export function valueSetOfContext({ structure }: Pick<Definitions, 'structure'>, asked: OperationParameters): string {
  const context = asked.text('context') ?? '';
  const cut = context.indexOf('#');
  const [url, place] = cut < 0 ? [context, ''] : [context.slice(0, cut), context.slice(cut + 1)];
  const elements = structure(url)?.snapshot?.element ?? [];
  const element = elements.find(({ id }) => id === place) ?? elements.find(({ path }) => path === place);
  if (element?.binding?.valueSet !== undefined) return element.binding.valueSet;
  const text = message(
    'context-unknown',
    `The context "${context}" leads to no value set here; the url of a profile, # and the path of an element with a binding were expected`,
    `由 context“${context}”得不出值集；应为规范的 url、# 及带绑定的元素路径`,
  );
  throw fault('not-found', text, { expression: asked.at('context') });
}
