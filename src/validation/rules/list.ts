/** Every kind of constraint that looks at one value at a time, in the order their findings are wanted. */
import type { Rule } from '../compiler.js';
import { attachment } from './attachment.js';
import { binding } from './binding.js';
import { bounds } from './bounds.js';
import { canonical } from './canonical.js';
import { coding } from './coding.js';
import { elementId } from './element-id.js';
import { extension } from './extension.js';
import { fixedPattern } from './fixed-pattern.js';
import { identifierSystem } from './identifier-system.js';
import { invariant } from './invariant.js';
import { reference } from './reference.js';
import { typeProfile } from './type-profile.js';
import { xhtml } from './xhtml.js';

export const rules: readonly Rule[] = [
  fixedPattern,
  bounds,
  binding,
  coding,
  canonical,
  reference,
  identifierSystem,
  elementId,
  extension,
  typeProfile,
  xhtml,
  attachment,
  invariant,
];
