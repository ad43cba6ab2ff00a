/** What the command is asked for; plain data, so that it can be handed to another thread. */
import type { Language } from '../../model/message.js';
import type { Encoding } from './encoding.js';

export interface LoadOptions {
  readonly url?: string;
  readonly version?: string;
  readonly columns?: string;
  readonly name?: string;
  readonly title?: string;
  readonly publisher?: string;
  /** false: none is made. */
  readonly valueSet?: string | false;
  readonly hierarchy?: 'prefix';
  /** Canonical of the code system that the table adds words and properties to. */
  readonly supplements?: string;
  readonly caseInsensitive?: true;
  readonly encoding?: Encoding;
  readonly delimiter?: string;
  readonly replace: boolean;
  readonly dryRun: boolean;
  readonly lang: Language;
}
