/**
 * What a profile names that is not known here: it may come later, so it keeps nothing out, but until then nothing can be decided by it.
 * Source: R4 elementdefinition-definitions.html#ElementDefinition.binding.valueSet, extensibility.html
 */
import type { ElementDefinition, StructureDefinition } from 'fhir/r4.js';
import type { LiveDefinitions } from '../definitions/live.js';
import { type Message, message } from '../model/message.js';
import type { Issue } from '../model/outcome.js';
import type { Terminology } from '../terminology/terminology.js';

export function namesUnknown(
  { differential }: StructureDefinition,
  { definitions, terminology }: { readonly definitions: LiveDefinitions; readonly terminology: Terminology },
): readonly Issue[] {
  return (differential?.element ?? []).flatMap((element, index) => {
    const at = `StructureDefinition.differential.element[${index}]`;
    const { strength, valueSet } = element.binding ?? {};
    const isUndecided = strength === 'required' && valueSet !== undefined && !terminology.hasValueSet(valueSet);
    const bound = isUndecided ? [warning(unknownValueSet(element, valueSet), `${at}.binding.valueSet`)] : [];
    const extensions = element.type?.flatMap(({ code, profile = [] }, n) =>
      code !== 'Extension'
        ? []
        : profile
            .map((canonical, m) => [canonical, `${at}.type[${n}].profile[${m}]`] as const)
            .filter(([canonical]) => definitions.structure(canonical) === undefined),
    );
    return [...bound, ...(extensions ?? []).map(([canonical, place]) => warning(unknownExtension(element, canonical), place))];
  });
}

function warning(text: Message, expression: string): Issue {
  return { severity: 'warning', code: 'not-found', message: text, expression };
}

function unknownValueSet({ path }: ElementDefinition, valueSet: string): Message {
  return message(
    'binding-value-set-unknown',
    `${path}: the value set ${valueSet} is not known here; until it is, no code is refused`,
    `${path}：此处没有值集 ${valueSet}；在其上传之前不会拒绝任何代码`,
  );
}

function unknownExtension({ path }: ElementDefinition, canonical: string): Message {
  return message(
    'profile-extension-unknown',
    `${path}: the extension ${canonical} is not known here; until it is, what stands in it is not checked`,
    `${path}：此处没有扩展 ${canonical} 的定义；在其上传之前不校验该扩展的内容`,
  );
}
