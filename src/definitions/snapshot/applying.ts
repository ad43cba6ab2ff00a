/** What the parts of one application of a differential share. */
import type { Change } from './differential.js';
import type { Making } from './look-up.js';
import type { Reasons } from './reasons.js';
import type { TreeNode } from './tree.js';

export interface Applying {
  /** Of the structure whose differential it is. */
  readonly url: string;
  readonly making: Making;
  readonly reasons: Reasons;
  readonly apply: (node: TreeNode, change: Change, where: Where, applying: Applying) => TreeNode;
}

export interface Where {
  /** As people know the element: `Observation.component:SystolicBP.code`. */
  readonly path: string;
  readonly inSlice: boolean;
  /** Elements may be added below: it is part of a new type, not of a profile. */
  readonly open: boolean;
}
