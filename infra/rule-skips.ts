/** The reason why a control of the rule packs does not apply to some resources. */
export interface RuleSkip {
  /** The control's name without the pack's name before it: `LambdaDLQ` is in Serverless, NIST 800-53 and HIPAA. */
  readonly control: string;
  /** The type of the resources. */
  readonly type: string;
  readonly reason: string;
}

const TABLE = 'AWS::DynamoDB::Table';
const SECRET = 'AWS::SecretsManager::Secret';
const FUNCTION = 'AWS::Lambda::Function';
const STAGE = 'AWS::ApiGateway::Stage';

const NO_CUSTOMER_KEY =
  "Encrypted at rest under Amazon's own key. A key of your own would stop only identities that the account's policies let in.";
const IN_EVENTS =
  'An event holds a customer’s identifier: no failed event is kept anywhere. Callers ask again (docs/design.md, Revalidation is another caller).';

/**
 * The controls of cdk-nag's packs Serverless, NIST 800-53, PCI DSS and HIPAA that do not apply here, each with its
 * reason. A test fails if a row skips nothing. Findings of AwsSolutions are acknowledged beside the resource.
 */
export const RULE_SKIPS: readonly RuleSkip[] = [
  {
    control: 'DynamoDBInBackupPlan',
    type: TABLE,
    reason: 'A cache: what is lost is fetched again. A backup would keep the profiles of erased customers.',
  },
  {
    control: 'DynamoDBPITREnabled',
    type: TABLE,
    reason: 'A cache: what is lost is fetched again. A backup would keep the profiles of erased customers.',
  },
  {
    control: 'SecretsManagerRotationEnabled',
    type: SECRET,
    reason: 'Each is rotated by hand, without a gap: its other holder is a person or the upstream (docs/deploying.md).',
  },
  { control: 'SecretsManagerUsingKMSKey', type: SECRET, reason: NO_CUSTOMER_KEY },
  {
    control: 'CloudWatchLogGroupEncrypted',
    type: 'AWS::Logs::LogGroup',
    reason: `${NO_CUSTOMER_KEY} No log line holds personal data.`,
  },
  {
    control: 'SNSEncryptedKMS',
    type: 'AWS::SNS::Topic',
    reason: 'A message holds names and numbers of metrics, no personal data. The topic takes and sends over TLS only.',
  },
  {
    control: 'IAMNoInlinePolicy',
    type: 'AWS::IAM::Policy',
    reason:
      'Each role has one policy of its own, for one function: a managed policy could be attached to other roles too.',
  },
  { control: 'LambdaDLQ', type: FUNCTION, reason: IN_EVENTS },
  {
    control: 'EventBusDLQ',
    type: 'AWS::Events::Rule',
    reason: 'The canary runs again in a few minutes, and its alarm goes off if it does not.',
  },
  { control: 'LambdaAsyncFailureDestination', type: 'AWS::Lambda::EventInvokeConfig', reason: IN_EVENTS },
  {
    control: 'LambdaInsideVPC',
    type: FUNCTION,
    reason:
      'The functions reach DynamoDB, Lambda, Secrets Manager and the upstream over TLS, by identity. An environment may choose a VPC (network).',
  },
  {
    control: 'LambdaConcurrency',
    type: FUNCTION,
    reason:
      'Look-ups may take what the account has left, unless the environment reserves or limits it (httpConcurrency).',
  },
  {
    control: 'LambdaTracing',
    type: FUNCTION,
    reason: 'A trace costs a hit as much time as the hit itself. One log line says how each request went.',
  },
  {
    control: 'APIGWXrayEnabled',
    type: STAGE,
    reason:
      'A trace of the gateway alone shows no more than its log, which has the latency of the function and its own.',
  },
  {
    control: 'CloudWatchAlarmAction',
    type: 'AWS::CloudWatch::Alarm',
    reason:
      'It is watched: by the composite alarm that sends one message, or by the release that it rolls back; or its topic is given.',
  },
  {
    control: 'APIGWAssociatedWithWAF',
    type: STAGE,
    reason:
      'This environment has no web ACL of its own: the setting firewall, or an ACL of the network team, puts one in front.',
  },
  {
    control: 'APIGWCacheEnabledAndEncrypted',
    type: STAGE,
    reason: 'The gateway must not cache: it would serve erased customers. Lookaside is the cache.',
  },
  {
    control: 'APIGWExecutionLoggingEnabled',
    type: STAGE,
    reason:
      'Execution logs write query strings, which are phone numbers and e-mail addresses (docs/design.md, Silence).',
  },
  {
    control: 'APIGWSSLEnabled',
    type: STAGE,
    reason: 'A client certificate is for an HTTP backend. The gateway invokes Lambda by identity, over TLS.',
  },
  {
    control: 'VPCNoUnrestrictedRouteToIGW',
    type: 'AWS::EC2::Route',
    reason:
      'The public subnets hold only the NAT gateways, through which the functions reach the upstream from fixed addresses.',
  },
  {
    control: 'VPCDefaultSecurityGroupClosed',
    type: 'AWS::EC2::VPC',
    reason:
      'Nothing is in the default group: the functions have their own. To close it, the CDK would need a function with rights of its own.',
  },
];
