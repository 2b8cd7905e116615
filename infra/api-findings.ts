import { Stack, Validations } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IRole } from 'aws-cdk-lib/aws-iam';

/** The policy that API Gateway's role for logs must have. */
const LOG_POLICY = 'AmazonAPIGatewayPushToCloudWatchLogs';

const AUTHORIZATION_RULE = 'AwsSolutions::AwsSolutions-APIG4';
const WHY_OPEN =
  'Callers of look-ups show an API key of a usage plan, sign or send a token; administrators sign. Preflights and ' +
  '/health, which hold no personal data, need nothing; the webhook, whose sender can only send a fixed header, shows ' +
  'the function a secret. A test holds them against infra/routes.ts.';

/** Acknowledges cdk-nag's findings about the routes of an HTTP API. */
export function acknowledgeHttpFindings(routes: readonly CfnRoute[]): void {
  for (const route of routes) Validations.of(route).acknowledge({ id: AUTHORIZATION_RULE, reason: WHY_OPEN });
}

/**
 * Acknowledges cdk-nag's findings about the right to call an HTTP API: its ARNs have `*` for the stage.
 * @param arns the resources of the right; an ARN without `*` causes no finding
 */
export function acknowledgeOnlyStage(role: IRole, arns: readonly string[]): void {
  for (const arn of arns.map((each) => flatten(Stack.of(role).resolve(each))).filter((each) => each.includes('*'))) {
    Validations.of(role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::${arn}]`,
      reason: 'It stands for the only stage of the API, whose name has a sign that a policy would take for a variable.',
    });
  }
}

/** A text with references, in the form in which cdk-nag shows it: `<AWS::Region>`. */
function flatten(resolved: string | CfnReference): string {
  if (typeof resolved === 'string') return resolved;
  return 'Ref' in resolved ? `<${resolved.Ref}>` : resolved['Fn::Join'][1].map(flatten).join('');
}

type CfnReference = { readonly Ref: string } | { readonly 'Fn::Join': readonly [string, (string | CfnReference)[]] };

/** Acknowledges cdk-nag's findings about the API, each with its reason. */
export function acknowledgeApiFindings(
  api: RestApi,
  { ownsLogRole, hasFirewall }: { readonly ownsLogRole: boolean; readonly hasFirewall: boolean },
): void {
  Validations.of(api).acknowledge({
    id: 'AwsSolutions::AwsSolutions-APIG2',
    reason:
      'The function checks requests itself: every 400 names the parameter and what is allowed, and carries the CORS ' +
      "headers of the kiosk's origin; the gateway's validator can do neither (contract §1).",
  });
  Validations.of(api.deploymentStage).acknowledge({
    id: 'AwsSolutions::AwsSolutions-APIG6',
    reason:
      'Execution logs write query strings, which are phone numbers and e-mail addresses (docs/design.md, Silence).',
  });
  if (!hasFirewall) {
    Validations.of(api.deploymentStage).acknowledge({
      id: 'AwsSolutions::AwsSolutions-APIG3',
      reason:
        'This environment has no web ACL of its own: the setting firewall, or an ACL of the network team, puts one in front.',
    });
  }
  for (const method of api.methods) {
    Validations.of(method).acknowledge(
      { id: AUTHORIZATION_RULE, reason: WHY_OPEN },
      {
        id: 'AwsSolutions::AwsSolutions-COG4',
        reason: 'The callers are tills and kiosks, not users of a Cognito user pool.',
      },
    );
  }
  if (ownsLogRole) {
    Validations.of(api).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/${LOG_POLICY}]`,
      reason: 'It is the policy that API Gateway asks for on the role by which it writes logs.',
    });
  }
}
