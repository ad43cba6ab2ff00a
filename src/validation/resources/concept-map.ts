/** A ConceptMap's codes are codes of the systems it maps. Source: R4 conceptmap-definitions.html#ConceptMap.group.element.code, .target.code */
import type { JsonObject } from '../../model/json.js';
import type { KnownCodes } from '../../terminology/terminology.js';
import { codeExists, contentOf, displayFits } from './codes.js';
import { eachPart, type Ground, type ResourceRule, textOf, within } from './ground.js';

export const conceptMap: ResourceRule = (resource, ground) => {
  eachPart(ground, 'ConceptMap', resource, 'group', (group, owner) => {
    const [from, to] = [sideOf(ground, group, 'source'), sideOf(ground, group, 'target')];
    eachPart(ground, owner, group, 'element', (element, type) => {
      checkSide(ground, element, type, from);
      eachPart(ground, type, element, 'target', (target, targetType) => checkSide(ground, target, targetType, to));
    });
  });
};

interface Side {
  readonly system: string;
  readonly content: KnownCodes;
}

function sideOf(ground: Ground, group: JsonObject, name: 'source' | 'target'): Side | undefined {
  const system = textOf(group[name]);
  const content = system === undefined ? undefined : contentOf(ground, system, textOf(group[`${name}Version`]));
  return system === undefined || content === undefined ? undefined : { system, content };
}

function checkSide(ground: Ground, holder: JsonObject, owner: string, side: Side | undefined): void {
  const code = textOf(holder.code);
  if (side === undefined || code === undefined) return;
  within(ground, owner, 'code', () => codeExists(ground, side.content, side.system, code));
  // "The display is only provided to help editors when editing the concept map."
  displayFits(ground, side.content, owner, holder, 'information');
}
