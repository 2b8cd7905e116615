/** A check of a linter that does not hold here. */
export interface Skip {
  readonly tool: 'cfn-lint' | 'checkov';
  /** As the tool names the check. */
  readonly check: string;
  readonly reason: string;
}

const SWITCH =
  "Encryption under a key of the deployment's own is a choice of the environment, and production's default.";

/**
 * The findings of cfn-lint and checkov that stay, each with its reason. cdk-nag's findings are in infra/rule-skips.ts.
 */
export const SKIPS: readonly Skip[] = [
  {
    tool: 'cfn-lint',
    check: 'W3005',
    reason: 'The CDK names each dependency, also one that a reference makes by itself. It does no harm.',
  },
  {
    tool: 'checkov',
    check: 'CKV_AWS_26',
    reason: 'An alarm holds names and numbers of metrics, no personal data; the topic takes TLS only.',
  },
  {
    tool: 'checkov',
    check: 'CKV_AWS_28',
    reason: 'A cache: what is lost is fetched again. A backup would keep the profiles of erased customers.',
  },
  {
    tool: 'checkov',
    check: 'CKV_AWS_59',
    reason: 'The webhook shows a secret to the function, and /health holds no personal data (infra/routes.ts).',
  },
  {
    tool: 'checkov',
    check: 'CKV_AWS_73',
    reason: 'A trace of the gateway alone shows no more than its log, which has the latency of the function.',
  },
  {
    tool: 'checkov',
    check: 'CKV_AWS_115',
    reason: 'Look-ups may take what the account has left, unless the environment limits them (httpConcurrency).',
  },
  {
    tool: 'checkov',
    check: 'CKV_AWS_116',
    reason: 'An event holds an identifier: no failed event is kept anywhere. Callers ask again.',
  },
  {
    tool: 'checkov',
    check: 'CKV_AWS_117',
    reason: 'The functions reach what they need over TLS, by identity. A VPC is a choice of the environment.',
  },
  { tool: 'checkov', check: 'CKV_AWS_119', reason: SWITCH },
  {
    tool: 'checkov',
    check: 'CKV_AWS_120',
    reason: 'The gateway must not cache: it would serve erased customers. Lookaside is the cache.',
  },
  { tool: 'checkov', check: 'CKV_AWS_149', reason: SWITCH },
  { tool: 'checkov', check: 'CKV_AWS_158', reason: SWITCH },
  { tool: 'checkov', check: 'CKV_AWS_173', reason: SWITCH },
];
