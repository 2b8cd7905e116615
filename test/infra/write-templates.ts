/** Synthesizes every environment under test, and writes what came of each to standard output: `Syntheses` as JSON. */
import { Template } from 'aws-cdk-lib/assertions';
import type { DeploymentEnvironment } from '../../infra/environments.ts';
import { createStack } from './create-stack.ts';
import { ENVIRONMENTS_UNDER_TEST } from './environments-under-test.ts';
import type { Synthesis } from './templates.ts';

function synthesize(environment: Partial<DeploymentEnvironment>): Synthesis {
  try {
    const stack = createStack(environment);
    const isTerminationProtected = stack.terminationProtection ?? false;
    return { kind: 'done', template: Template.fromStack(stack).toJSON() as never, isTerminationProtected };
  } catch (error) {
    return { kind: 'refused', message: error instanceof Error ? error.message : String(error) };
  }
}

const all = Object.entries(ENVIRONMENTS_UNDER_TEST).map(([name, environment]) => [name, synthesize(environment)]);
process.stdout.write(JSON.stringify(Object.fromEntries(all)));
