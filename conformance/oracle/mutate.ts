/** Mutants of sound resources, by seed. */
import type { Definitions } from '../../src/definitions/definitions.js';
import type { Input } from './inputs.js';
import { codeMutations } from './mutations/code.js';
import { extensionMutations } from './mutations/extension.js';
import type { Mutation } from './mutations/mutation.js';
import { narrativeMutations } from './mutations/narrative.js';
import { primitiveMutations } from './mutations/primitive.js';
import { referenceMutations } from './mutations/reference.js';
import { resourceMutations } from './mutations/resource.js';
import { shapeMutations } from './mutations/shape.js';
import { subjectOf } from './places.js';
import { createRandom, type Random, seedOf } from './random.js';

/** Each group has the same share; shape, which is most of what can be wrong, has two. */
const groups: readonly (readonly Mutation[])[] = [
  shapeMutations,
  shapeMutations,
  primitiveMutations,
  codeMutations,
  referenceMutations,
  extensionMutations,
  narrativeMutations,
  resourceMutations,
];

/** A resource without references has none to break: then another group has its turn. */
const GROUPS = 6;
const TRIES = 12;

/**
 * `count` mutants by a seed, one fault in each; the types of resources take turns. None is made of an example that has faults already, which
 * would show in every mutant of it. Which example a number falls to does not hang on which of them are sound.
 */
export function mutantsOf(
  examples: readonly Input[],
  unsound: ReadonlySet<Input>,
  seed: string,
  count: number,
  definitions: Definitions,
): readonly Input[] {
  const types = [...new Set(examples.map(({ type }) => type))].map((type) => examples.filter((one) => one.type === type));
  const mutants: Input[] = [];
  for (let number = 0; mutants.length < count && number < count * 10; number++) {
    const random = createRandom(seedOf(`${seed} ${number}`));
    const input = random.choose(types[number % types.length] ?? []);
    if (input === undefined || unsound.has(input)) continue;
    const mutant = mutate(input, `${seed}-${number}`, random, definitions);
    if (mutant !== undefined) mutants.push(mutant);
  }
  return mutants;
}

function mutate(input: Input, name: string, random: Random, definitions: Definitions): Input | undefined {
  for (let left = GROUPS; left > 0; left--) {
    const group = random.choose(groups) ?? [];
    for (let tries = TRIES; tries > 0; tries--) {
      const mutation = random.choose(group);
      const subject = subjectOf(input.text, definitions);
      const change = mutation?.apply(subject, random);
      const text = JSON.stringify(subject.resource);
      if (mutation !== undefined && change !== undefined && text !== input.text)
        return { name, of: input.name, type: input.type, kind: mutation.name, change, text };
    }
  }
  return undefined;
}
