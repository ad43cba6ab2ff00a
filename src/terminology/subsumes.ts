/** How two codes of a code system stand to each other. Source: R4 codesystem-operation-subsumes.html, codesystem.html#subsumption */
import { type CodeContent, reachable } from './code-system.js';

/** Source: R4 valueset-concept-subsumption-outcome.html */
export type Subsumption = 'equivalent' | 'subsumes' | 'subsumed-by' | 'not-subsumed';

export function subsumption(content: CodeContent, codeA: string, codeB: string): Subsumption {
  const [a, b] = [content.fold(codeA), content.fold(codeB)];
  if (a === b) return 'equivalent';
  const { parents } = content.hierarchy();
  if (reachable(parents, b).has(a)) return 'subsumes';
  return reachable(parents, a).has(b) ? 'subsumed-by' : 'not-subsumed';
}
