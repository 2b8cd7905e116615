import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';

/**
 * The actions with which Lambda puts a function's instances into a VPC. It uses the function's role for them. AWS has
 * no narrower resource for these actions.
 */
const INTERFACE_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
] as const;

/** Lets Lambda put a function into a VPC with the function's role. The function's own code may not use these rights. */
export function letStandIn(role: Role, functionName: string): void {
  const rights = { actions: [...INTERFACE_ACTIONS], resources: ['*'] };
  const functionArn = Stack.of(role).formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: functionName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  role.addToPrincipalPolicy(new PolicyStatement(rights));
  role.addToPrincipalPolicy(
    new PolicyStatement({
      ...rights,
      effect: Effect.DENY,
      conditions: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } },
    }),
  );
  Validations.of(role).acknowledge({
    id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    reason:
      'Lambda makes network interfaces by this role, and AWS knows no narrower resource for them. The code of the function ' +
      'itself is refused the same actions.',
  });
}
