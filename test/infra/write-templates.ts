/** Synthesizes every environment under test, and writes the result of each to standard output: `Syntheses` as JSON. */
import { Template } from 'aws-cdk-lib/assertions';
import { createStack } from './create-stack.ts';
import { ENVIRONMENTS_UNDER_TEST, type EnvironmentToTry } from './environments-under-test.ts';
import type { Synthesis } from './templates.ts';

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

const all = Object.entries(ENVIRONMENTS_UNDER_TEST).map(([name, environment]) => [name, synthesize(environment)]);
process.stdout.write(JSON.stringify(Object.fromEntries(all)));
