/** An option that may be given several times. */
import { Option } from 'commander';

/** Its values are gathered; undefined without any, because the help would show an empty list as the default. */
export function repeated(flags: string, help: string): Option {
  return new Option(flags, help).argParser((value: string, before: readonly string[] = []) => [...before, value]);
}
