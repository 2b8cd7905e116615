import { Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Route } from './routes.ts';

/** Any method of any path, in the form of a permission's source. */
const EVERY_CALL = '*/*';

/** An API, as a permission names it. */
export interface CallingApi {
  readonly id: string;
  /** Its stage; `*`: it has only one stage, and the name of that stage is not possible in an ARN. */
  readonly stage: string;
}

/** Lets an API invoke a function only by the function's own routes. */
export function allowInvocation(
  scope: Construct,
  { id, stage }: CallingApi,
  handler: IFunction,
  routes: readonly Route[],
): void {
  const calls = routes.map(({ method, path }) => `${method}${path}`.replace(/^ANY/, '*').replace(/\{[^}]+\}/g, '*'));
  // A route for all paths covers the others too.
  for (const call of calls.includes(EVERY_CALL) ? [EVERY_CALL] : calls) {
    handler.addPermission(call === EVERY_CALL ? 'InvokedByApi' : `InvokedByApi-${call}`, {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(scope).formatArn({
        service: 'execute-api',
        resource: id,
        resourceName: `${stage}/${call}`,
      }),
    });
  }
}
