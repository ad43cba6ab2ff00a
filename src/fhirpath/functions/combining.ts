/** union and combine. Source: FHIRPath N1 #combining */
import { argument, type FunctionTable, spend } from '../evaluation.js';
import { compileUnion } from '../operators/collections.js';

export const combining: FunctionTable = {
  union: { arity: [1, 1], compile: (call) => compileUnion([call.input, argument(call, 0)]) },
  /** Doubles stay. */
  combine: {
    arity: [1, 1],
    compile: (call) => {
      const other = argument(call, 0);
      return (scope) => {
        const all = [...call.input(scope), ...other(scope)];
        spend(scope.run, all.length);
        return all;
      };
    },
  },
};
