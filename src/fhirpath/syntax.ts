/**
 * The syntax tree of an expression. Source: FHIRPath N1 #grammar
 */
import type { Item } from './expression.js';

export type BinaryOperator =
  | '*'
  | '/'
  | 'div'
  | 'mod'
  | '+'
  | '-'
  | '&'
  | '<'
  | '>'
  | '<='
  | '>='
  | '='
  | '!='
  | '~'
  | '!~'
  | 'in'
  | 'contains'
  | 'and'
  | 'or'
  | 'xor'
  | 'implies';

interface Place {
  /** 0-based, in the text. */
  readonly position: number;
  /** Levels of the tree below and with this node. */
  readonly depth: number;
}

export interface MemberSyntax extends Place {
  readonly kind: 'member';
  /** Absent: on the context. */
  readonly input: Syntax | undefined;
  readonly name: string;
}

export interface CallSyntax extends Place {
  readonly kind: 'call';
  readonly input: Syntax | undefined;
  readonly name: string;
  readonly args: readonly Syntax[];
}

export type Syntax =
  | (Place & { readonly kind: 'literal'; readonly items: readonly Item[] })
  | (Place & { readonly kind: 'special'; readonly name: string })
  | (Place & { readonly kind: 'variable'; readonly name: string })
  | MemberSyntax
  | CallSyntax
  | (Place & { readonly kind: 'indexer'; readonly input: Syntax; readonly index: Syntax })
  | (Place & { readonly kind: 'polarity'; readonly negative: boolean; readonly operand: Syntax })
  | (Place & { readonly kind: 'type'; readonly operator: 'is' | 'as'; readonly operand: Syntax; readonly typeName: string })
  | (Place & { readonly kind: 'union'; readonly parts: readonly Syntax[] })
  | (Place & { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Syntax; readonly right: Syntax });

/** `Patient`, `FHIR.Patient`, `System.Boolean` written where a function takes a type. undefined: not a type's name. */
export function typeNameOf(syntax: Syntax): string | undefined {
  if (syntax.kind !== 'member') return undefined;
  if (syntax.input === undefined) return syntax.name;
  const space = syntax.input.kind === 'member' && syntax.input.input === undefined ? syntax.input.name : undefined;
  return space === 'FHIR' || space === 'System' ? `${space}.${syntax.name}` : undefined;
}

/** What stands directly below. */
export function parts(syntax: Syntax): readonly Syntax[] {
  switch (syntax.kind) {
    case 'literal':
    case 'special':
    case 'variable':
      return [];
    case 'member':
      return syntax.input === undefined ? [] : [syntax.input];
    case 'call':
      return syntax.input === undefined ? syntax.args : [syntax.input, ...syntax.args];
    case 'indexer':
      return [syntax.input, syntax.index];
    case 'polarity':
    case 'type':
      return [syntax.operand];
    case 'union':
      return syntax.parts;
    case 'binary':
      return [syntax.left, syntax.right];
  }
}

/** Whether a part of the tree calls the function of this name. */
export function calls(syntax: Syntax, name: string): boolean {
  return (syntax.kind === 'call' && syntax.name === name) || parts(syntax).some((part) => calls(part, name));
}
