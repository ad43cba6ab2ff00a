/** What can be said on the command line, alike for several commands. */
import { type Command, InvalidArgumentError, Option } from 'commander';

export type StoreName = 'sqlite' | 'mongo';

export interface StoreOptions {
  readonly store: readonly StoreName[];
  readonly patience: number;
}

/** Of commands that compare kinds of requests. */
export interface CaseOptions extends StoreOptions {
  readonly people: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly connections?: number;
  readonly only?: string;
  readonly profile?: string;
}

export const stores = () =>
  new Option('--store <name...>', 'which stores; MongoDB is the one MONGODB_URL names, else a mongod of the bench')
    .choices(['sqlite', 'mongo'])
    .default(['sqlite', 'mongo']);

export const patience = () => amount('--patience <minutes>', 'how long filling a store may take', 20);

export const seconds = (fallback: number) =>
  amount('--seconds <n>', 'length of a window; a quarter of it is run before, to warm up', fallback);

export const rounds = (fallback: number) => amount('--rounds <n>', 'how often each server has its turn; the median counts', fallback);

/** The options of CaseOptions, but for the people. */
export function withCaseOptions(command: Command, window: number): Command {
  return command
    .addOption(seconds(window))
    .addOption(rounds(3))
    .addOption(patience())
    .addOption(new Option('--connections <n>', 'requests in flight; 16, on MongoDB 64, unless said otherwise').argParser(positive))
    .option('--only <pattern>', 'a regular expression that the name of a case must match')
    .option('--profile <folder>', 'where Node writes a profile of each server when it ends');
}

export function amount(flags: string, description: string, fallback: number): Option {
  return new Option(flags, description).argParser(positive).default(fallback);
}

export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1e7)) throw new InvalidArgumentError('a number above 0 was expected');
  return value;
}
