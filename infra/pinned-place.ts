import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DeploymentEnvironment } from './deployment-environment.ts';
import { EnvironmentError } from './environment-rules.ts';

/**
 * Checks that an environment with an account and region is in a stack of the same place: the CLI deploys to the stack's
 * place.
 * @throws {EnvironmentError} if the stack is elsewhere, or may be deployed anywhere
 */
export function checkPlace(scope: Construct, { account, region }: DeploymentEnvironment): void {
  if (account === undefined || region === undefined) return;
  const stack = Stack.of(scope);
  if (stack.account === account && stack.region === region) return;
  const isAnywhere = Token.isUnresolved(stack.account) || Token.isUnresolved(stack.region);
  const actual = isAnywhere ? 'has no account and region' : `is in ${stack.account}, ${stack.region}`;
  throw new EnvironmentError(
    `The environment is in ${account}, ${region}, and its stack ${actual}; allowed is one place for both ` +
      '(env of the stack).',
  );
}
