/**
 * A Binary says nothing by itself about who may see it: its securityContext names the resource by which that is decided. The rule is
 * laid over the access of a request as one more predicate, so that reads, searches, histories, chains and writes follow it alike.
 * Source: R4 binary-definitions.html#Binary.securityContext
 */
import type { Predicate, Where } from '../store/port.js';
import { type Access, type Act, isUnrestricted } from './access.js';

/** The name under which the reference is indexed; nobody can ask for it. */
export const securityContextParam = 'security-context';

/**
 * Who may read the context may read its Binaries; who may update it may write them: as far as the access itself lets them, which allows
 * those with a context where it allows a record. `types` are all types of resources. One whose context is not here, or may not be seen, is
 * hidden.
 */
export function judgedByContext(access: Access, types: readonly string[]): Access {
  const compiled = new Map<Act, Predicate | undefined>();
  const ofBinary = (act: Act): Predicate | undefined => {
    const own = access.restriction(act, 'Binary');
    if (own === undefined || access.hidesContent) return undefined;
    const contexts = grantedBy(access, act, types);
    const all = contexts.length === types.length - 1 && contexts.every(({ predicate }) => isUnrestricted(predicate));
    if (all && own !== undefined && isUnrestricted(own)) return own;
    const byContext: Predicate = { kind: 'chain', param: securityContextParam, where: contexts };
    return { kind: 'all', of: [own, { kind: 'any', of: [withoutContext, byContext] }] };
  };
  return {
    ...access,
    restriction(act, type) {
      if (type !== 'Binary') return access.restriction(act, type);
      if (!compiled.has(act)) compiled.set(act, ofBinary(act));
      return compiled.get(act);
    },
  };
}

/** A context without a literal reference leaves an empty entry: it is a context all the same. */
export const hasContext: Predicate = { kind: 'present', param: securityContextParam, entry: 'reference' };
const withoutContext: Predicate = { kind: 'not', of: hasContext };

function grantedBy(access: Access, act: Act, types: readonly string[]): Where {
  const needed = act === 'read' || act === 'search' ? 'read' : 'update';
  return types.flatMap((type) => {
    const predicate = type === 'Binary' ? undefined : access.restriction(needed, type);
    return predicate === undefined ? [] : [{ type, predicate }];
  });
}
