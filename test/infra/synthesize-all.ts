import { Template } from 'aws-cdk-lib/assertions';
import { createStack } from './create-stack.ts';
import { ENVIRONMENTS_UNDER_TEST, type EnvironmentToTry } from './environments-under-test.ts';
import type { Syntheses, Synthesis } from './templates.ts';

/** Synthesizes every environment under test. */
export function synthesizeAll(): Syntheses {
  const all = Object.entries(ENVIRONMENTS_UNDER_TEST).map(([name, environment]) => [name, synthesize(environment)]);
  return Object.fromEntries(all) as Syntheses;
}

function synthesize(environment: EnvironmentToTry): Synthesis {
  try {
    const stack = createStack(environment);
    const isTerminationProtected = stack.terminationProtection ?? false;
    const { account, region } = stack;
    return {
      kind: 'done',
      template: Template.fromStack(stack).toJSON() as never,
      isTerminationProtected,
      account,
      region,
    };
  } catch (error) {
    return { kind: 'refused', message: error instanceof Error ? error.message : String(error) };
  }
}
