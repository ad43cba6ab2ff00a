/** The parts of a coding of which something may be said. Source: R4 datatypes.html#Coding */
import { enclose, type Step, type Walk } from '../walk.js';

function partStep(key: string, type: string): Step {
  return { key, text: key, owner: 'Coding', element: key, type };
}
export const systemStep = partStep('system', 'uri');
export const codeStep = partStep('code', 'code');
export const displayStep = partStep('display', 'string');

/** A finding about a part of the coding. */
export function at(step: Step, walk: Walk, complain: () => void): void {
  const from = walk.findings.length;
  complain();
  enclose(walk, from, step, -1);
}
