import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { CfnStage } from 'aws-cdk-lib/aws-apigateway';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { CfnTopic } from 'aws-cdk-lib/aws-sns';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { RULE_SKIPS } from '../../infra/rule-skips.ts';
import { holdAgainstRules, PACKS } from '../../infra/rules.ts';
import { CDK_CONTEXT, createStack } from './create-stack.ts';
import { EVERYTHING } from './environments-under-test.ts';

const LOG_POLICY = 'Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs';

const CODE_DEPLOY_POLICY =
  'Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited';

interface Findings {
  /** The packs of rules that ran. */
  readonly packs: readonly string[];
  readonly violations: readonly unknown[];
  readonly suppressedViolations: readonly { readonly acknowledgedId: string; readonly reason: string }[];
}

/** Synthesizes as the CLI does; throws errors that the rules find. Returns warnings, and what is acknowledged. */
function hold(stack: Stack, skips = RULE_SKIPS): Findings {
  const app = stack.node.root as App;
  holdAgainstRules(app, skips);
  const { directory } = app.synth();
  const report = JSON.parse(readFileSync(path.join(directory, 'validation-report.json'), 'utf8'));
  const reports: readonly (Partial<Findings> & { readonly pluginName: string })[] = report.pluginReports;
  return {
    packs: reports.map(({ pluginName }) => pluginName),
    violations: reports.flatMap(({ violations = [] }) => violations),
    suppressedViolations: reports.flatMap(({ suppressedViolations = [] }) => suppressedViolations),
  };
}

/** A stack to plant faults in. */
function createFaultyStack(): Stack {
  const outdir = mkdtempSync(path.join(tmpdir(), 'lookaside-rules-'));
  return new Stack(new App({ context: { ...CDK_CONTEXT }, outdir }), 'Faulty');
}

describe("Lookaside's stack", () => {
  const held: Readonly<Record<string, Findings>> = {
    'with all that an environment can add': hold(createStack(EVERYTHING, { builtinCloudFormationValidation: true })),
    'with nothing added': hold(createStack()),
  };
  const acknowledged = Object.values(held).flatMap(({ suppressedViolations }) => suppressedViolations);

  test.each(Object.entries(held))(
    '%s, was held by every pack, and has no finding without a reason',
    (_with, findings) => {
      expect(findings.packs).toEqual(expect.arrayContaining([...PACKS]));
      expect(findings.violations).toEqual([]);
      // Each pack found something that is acknowledged: it looked.
      const ids = findings.suppressedViolations.map(({ acknowledgedId }) => acknowledgedId);
      for (const pack of PACKS) expect(ids).toContainEqual(expect.stringMatching(new RegExp(`^${pack}::`)));
    },
  );

  test('has no finding of AwsSolutions but these, each acknowledged beside its resource', () => {
    const ids = acknowledged
      .map(({ acknowledgedId }) => acknowledgedId)
      .filter((id) => id.startsWith('AwsSolutions::'));
    expect([...new Set(ids)].sort()).toEqual([
      'AwsSolutions::AwsSolutions-APIG2',
      'AwsSolutions::AwsSolutions-APIG4',
      'AwsSolutions::AwsSolutions-APIG6',
      'AwsSolutions::AwsSolutions-COG4',
      'AwsSolutions::AwsSolutions-DDB3',
      `AwsSolutions::AwsSolutions-IAM4[${CODE_DEPLOY_POLICY}]`,
      `AwsSolutions::AwsSolutions-IAM4[${LOG_POLICY}]`,
      // Lambda's network interfaces, in a VPC.
      'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      'AwsSolutions::AwsSolutions-SMG4',
    ]);
  });

  test.each(RULE_SKIPS.map(({ control, type, reason }) => [control, type, reason] as const))(
    'skips %s of %s, which a pack finds',
    (control, _type, reason) => {
      const found = acknowledged.filter(({ acknowledgedId }) => acknowledgedId.endsWith(`-${control}`));
      expect(found.map((each) => each.reason)).toContain(reason);
    },
  );

  test('gives a reason with each', () => {
    for (const { reason } of acknowledged) expect(reason).toMatch(/^.{40,}[.)]$/);
  });
});

describe("cdk-nag's packs", () => {
  test('fail the synthesis with a fault planted', () => {
    const stack = createFaultyStack();
    new CfnQueue(stack, 'Queue');
    expect(() => hold(stack)).toThrow(/AwsSolutions-SQS4|SSL/);
  });

  test.each([
    ['Serverless', 'APIGWXrayEnabled'],
    ['NIST.800.53.R5', 'SNSEncryptedKMS'],
    ['PCI.DSS.321', 'SNSEncryptedKMS'],
    ['HIPAA.Security', 'SNSEncryptedKMS'],
  ])('of %s fail it too, for what no skip is of that type: %s', (pack, control) => {
    const stack = createFaultyStack();
    new CfnTopic(stack, 'Topic');
    new CfnStage(stack, 'Stage', { restApiId: 'planted' });
    const skips = RULE_SKIPS.filter((skip) => skip.control !== control);
    expect(() => hold(stack, skips)).toThrow(new RegExp(`${pack}-${control}`));
  });

  test('let the same fault pass once it is acknowledged, and reports it as such', () => {
    const stack = createFaultyStack();
    const queue = new CfnQueue(stack, 'Queue');
    const ids = [
      'AwsSolutions::AwsSolutions-SQS3',
      'AwsSolutions::AwsSolutions-SQS4',
      'Serverless::Serverless-SQSRedrivePolicy',
    ];
    Validations.of(queue).acknowledge(...ids.map((id) => ({ id, reason: 'planted' })));
    expect(
      hold(stack)
        .suppressedViolations.map(({ acknowledgedId }) => acknowledgedId)
        .sort(),
    ).toEqual(ids);
  });
});

describe("Amazon's template rules", () => {
  test('fail the synthesis with a fault planted: they are errors, not warnings', () => {
    const stack = createFaultyStack();
    const table = new CfnTable(stack, 'Table', {
      keySchema: [{ attributeName: 'pk', keyType: 'HASH' }],
      attributeDefinitions: [{ attributeName: 'pk', attributeType: 'S' }],
      billingMode: 'PAY_PER_REQUEST',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    });
    table.addPropertyOverride('BillingMode', 'FREE');
    expect(() => hold(stack)).toThrow(/BillingMode/);
  });
});
