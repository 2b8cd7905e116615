import type { Reader } from './readers.ts';

/** A setting, as data. */
export interface Definition<T> {
  /** The allowed values, to complete the sentence "…; allowed is". */
  readonly allowed: string;
  /** The default text of an absent setting. Without it the setting is required. */
  readonly default?: string;
  /** Whether its value is secret, and so never printed. Default: no. */
  readonly isSecret?: boolean;
  readonly read: Reader<T>;
}
