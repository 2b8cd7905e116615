import type { KeyName } from './key-name.ts';

/** A key as API Gateway holds it. */
export interface StoredKey extends KeyName {
  readonly id: string;
  readonly isEnabled: boolean;
  /** Epoch milliseconds; undefined: not known. */
  readonly createdAt: number | undefined;
  /** Undefined: it was not requested. */
  readonly value: string | undefined;
}

/** A key's use of its plan, in requests. */
export interface KeyUsage {
  readonly keyId: string;
  /** In the requested days. */
  readonly used: number;
  /** Of the present period; undefined: not known. */
  readonly remaining: number | undefined;
}

/** The days of a usage, both included: `2026-11-27`. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

/** The store of one deployment's keys. */
export interface KeyStore {
  /** The usage plans of the deployment's classes, by the classes' names. */
  plans(): Promise<ReadonlyMap<string, string>>;
  /**
   * The plan of the stack's own keys; undefined: there is none. It may hold keys of the default class, too: earlier
   * versions had one plan for both.
   */
  ownPlan(): Promise<string | undefined>;
  /** Every key of the deployment's classes. */
  keys(withValues: boolean): Promise<readonly StoredKey[]>;
  /** The ids of the keys in a plan. */
  keysIn(planId: string): Promise<ReadonlySet<string>>;
  /** Makes a key, which is in no plan yet. @returns its id */
  create(name: KeyName, value: string, isEnabled: boolean): Promise<string>;
  /** Puts a key into a plan. */
  addTo(planId: string, keyId: string): Promise<void>;
  disable(keyId: string): Promise<void>;
  usage(planId: string, days: Days): Promise<readonly KeyUsage[]>;
}
