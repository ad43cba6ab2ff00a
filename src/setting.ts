/** One setting of the environment. `config.ts` joins them to one list, and is the only one that reads it. */
export interface Setting<Key extends string = string> {
  readonly variable: string;
  readonly key: Key;
  readonly default?: string | number | boolean;
  readonly help: string;
  /** Of JSON Schema, for ajv. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Completes "… must be". */
  readonly must: string;
}
