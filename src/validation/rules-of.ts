/** The rules of an element, each with what it asks in a few words where somebody reads the compiled result. */
import type { Compiler, RuleCheck, Subject } from './compiler.js';
import { ruleValue } from './rules/fixed-pattern.js';
import { rules } from './rules/list.js';

export function rulesOf(subject: Subject, compiler: Compiler): readonly RuleCheck[] {
  return rules.flatMap((rule) => {
    const check = rule(subject, compiler);
    if (check === undefined) return [];
    return [compiler.onGenerated === undefined ? check : Object.assign(check, { label: labelOf(rule.name, subject) })];
  });
}

function labelOf(name: string, { element, inherited, type }: Subject): string {
  switch (name) {
    case 'binding':
      return `binding ${element.binding?.strength} ${element.binding?.valueSet}`;
    case 'fixedPattern':
      return `fixed or pattern ${JSON.stringify(ruleValue(element, 'fixed') ?? ruleValue(element, 'pattern'))}`;
    case 'invariant': {
      const before = new Set(inherited?.constraint?.map(({ key }) => key));
      return `invariant ${element.constraint?.flatMap(({ key }) => (before.has(key) ? [] : [key])).join(', ')}`;
    }
    case 'reference':
    case 'typeProfile': {
      const { profile = [], targetProfile = [] } = element.type?.find(({ code }) => code === type) ?? {};
      return `${name} ${[...(name === 'reference' ? targetProfile : profile)].join(', ')}`.trim();
    }
    default:
      return name;
  }
}
