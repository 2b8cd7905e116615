import type { EnvironmentUnderTest } from './environments-under-test.ts';
import { readResult } from './shared-result.ts';

/** The environments whose stacks are held against all rules. Together they have every option that adds resources. */
export const HELD_ENVIRONMENTS = [
  'default',
  'with every option',
  'with tokens',
  'in a given network',
  'reached by an endpoint that is made',
  'reached by endpoints',
  'with signed look-ups and a throttle',
  'with signed look-ups by an HTTP API',
  'with classes of callers',
  'with instances that stand ready',
  'with a domain',
  'with a domain and a path of two segments',
] as const satisfies readonly EnvironmentUnderTest[];
export type HeldEnvironment = (typeof HELD_ENVIRONMENTS)[number];

/** What the rules find in an app. */
export interface Findings {
  /** The packs and engines of rules that checked it. */
  readonly checkedBy: readonly string[];
  /** Those that no reason excuses. An error among them fails the synthesis. */
  readonly violations: readonly unknown[];
  readonly acknowledged: readonly { readonly id: string; readonly reason: string }[];
  /** The types of the resources that were checked. */
  readonly types: readonly string[];
}

/** Of each environment: the findings, or the text of the error that ends the synthesis. */
export interface AllFindings {
  readonly environments: Readonly<Record<HeldEnvironment, Findings | string>>;
  /** The error of a table with a billing mode that does not exist; undefined if the synthesis takes it. */
  readonly faultyTable?: string | undefined;
}

/** All of them, as `share-results.ts` has them made for the test files. */
let all: AllFindings | undefined;

/** Amazon's engine takes seconds to start. So one process checks all stacks, and the tests share what it finds. */
export function allFindings(): AllFindings {
  all ??= readResult('findings') as AllFindings;
  return all;
}

/** Throws the error that ends the synthesis. */
export function findingsOf(environment: HeldEnvironment): Findings {
  const findings = allFindings().environments[environment];
  if (typeof findings === 'string') throw new Error(findings);
  return findings;
}
