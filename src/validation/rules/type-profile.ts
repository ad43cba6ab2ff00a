/** Values whose type must also conform to a profile, such as SimpleQuantity. Source: R4 elementdefinition.html#ElementDefinition.type.profile */
import { isObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import type { Compiler, Profile, Rule } from '../compiler.js';
import { type ItemCheck, passes, report } from '../walk.js';

export const typeProfile: Rule = ({ element, inherited, type, profile }, compiler) => {
  const wanted = profilesOf(element, type);
  if (wanted.length === 0 || wanted.every((canonical) => profilesOf(inherited, type).includes(canonical))) return undefined;
  // Every extension is checked against the definition its url names; a profile that is that definition adds nothing.
  if (type === 'Extension' && wanted.every((canonical) => definesExtension(canonical, compiler))) return undefined;
  return conforms(wanted, element.path, profile, compiler);
};

function profilesOf(element: Parameters<Rule>[0]['element'] | undefined, type: string): readonly string[] {
  // Where any resource may stand, each type named may have profiles of its own.
  if (type === 'Resource') return element?.type?.flatMap((one) => one.profile ?? []) ?? [];
  return element?.type?.find((one) => one.code === type)?.profile ?? [];
}

function definesExtension(canonical: string, compiler: Compiler): boolean {
  const structure = compiler.definitions.structure(canonical);
  const url = structure?.snapshot?.element.find((element) => element.path === 'Extension.url')?.fixedUri;
  return url !== undefined && url === structure?.url;
}

/** One of the profiles is enough; where there is only one, its own findings are shown. */
function conforms(canonicals: readonly string[], path: string, profile: string | undefined, compiler: Compiler): ItemCheck {
  let known: readonly Profile[] | undefined;
  return (value, sibling, walk) => {
    known ??= canonicals.map((canonical) => compiler.profile(canonical)).filter((one) => one !== undefined);
    if (known.length < canonicals.length) return;
    const meant = known.filter((one) => !isObject(value) || value.resourceType === undefined || value.resourceType === one.type);
    const [only] = meant;
    if (only === undefined) return;
    if (meant.length === 1) return only.check(value, sibling, walk);
    if (meant.some((one) => passes(walk, () => one.check(value, sibling, walk)))) return;
    const names = meant.map((one) => one.name);
    const text = message(
      'no-profile-matches',
      `${path} conforms to none of the profiles it may have: ${names.join(', ')}`,
      `${path} 不符合任何一个可用的规范：${names.join('、')}`,
    );
    report(walk, 'error', 'structure', text, { profile });
  };
}
