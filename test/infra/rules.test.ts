import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { holdAgainstPacks } from '../../infra/rule-packs.ts';
import { holdAgainstRules } from '../../infra/rules.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { addStack, CDK_CONTEXT, createApp, createStack } from './create-stack.ts';
import { BY_TOKENS, ENVIRONMENTS_UNDER_TEST, type EnvironmentToTry, EVERYTHING } from './environments-under-test.ts';

const LOG_POLICY = 'Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs';

const CODE_DEPLOY_POLICY =
  'Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited';

interface Findings {
  readonly violations: readonly unknown[];
  readonly suppressedViolations: readonly {
    readonly acknowledgedId: string;
    readonly reason: string;
    readonly violatingConstructs: readonly { readonly constructPath: string }[];
  }[];
}

/** Synthesizes as the CLI does; throws errors of the rules. Returns warnings, and the acknowledged findings. */
function hold(app: App): Findings {
  holdAgainstRules(app);
  const { directory } = app.synth();
  const report = JSON.parse(readFileSync(path.join(directory, 'validation-report.json'), 'utf8'));
  const reports: readonly Partial<Findings>[] = report.pluginReports;
  return {
    violations: reports.flatMap(({ violations = [] }) => violations),
    suppressedViolations: reports.flatMap(({ suppressedViolations = [] }) => suppressedViolations),
  };
}

/** Stacks with, together, every option of an environment, and so every type of resource. */
const FULL_STACKS = {
  rest: EVERYTHING,
  http: BY_TOKENS,
  ready: ENVIRONMENTS_UNDER_TEST['with instances that stand ready'],
};

/** The first app of this file: Amazon's engine reads the rules of its types, and none again for the later apps. */
const fullApp = createApp({ builtinCloudFormationValidation: true, outdir: temporaryFolder() });
for (const [name, environment] of Object.entries<EnvironmentToTry>(FULL_STACKS)) {
  addStack(fullApp, name, { ...environment, name, prefix: name });
}
const full = hold(fullApp);

/** The findings of a full stack that its code acknowledges, and the reasons. */
function acknowledgedOf(stack: keyof typeof FULL_STACKS) {
  const found = full.suppressedViolations.filter(({ violatingConstructs }) =>
    violatingConstructs.some(({ constructPath }) => constructPath.startsWith(`${stack}/`)),
  );
  return {
    ids: [...new Set(found.map(({ acknowledgedId }) => acknowledgedId))].sort(),
    reasons: found.map(({ reason }) => reason),
  };
}

test("Lookaside's stack with an HTTP API has only these findings, and each is acknowledged", () => {
  expect(full.violations).toEqual([]);
  expect(acknowledgedOf('http').ids).toEqual([
    'AwsSolutions::AwsSolutions-APIG4',
    'AwsSolutions::AwsSolutions-DDB3',
    `AwsSolutions::AwsSolutions-IAM4[${CODE_DEPLOY_POLICY}]`,
    'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    'AwsSolutions::AwsSolutions-SMG4',
  ]);
});

test.each([
  'in a given network',
  'reached by an endpoint that is made',
  'reached by endpoints',
  'with signed look-ups and a throttle',
  'with signed look-ups by an HTTP API',
  'with classes of callers',
  'with instances that stand ready',
  'with a domain and a path of two segments',
] as const)('an environment %s has no finding and no warning: cdk synth --strict takes it', (name) => {
  const environment: EnvironmentToTry = ENVIRONMENTS_UNDER_TEST[name];
  const stack = createStack(environment, { builtinCloudFormationValidation: true, outdir: temporaryFolder() });
  const app = stack.node.root as App;
  holdAgainstPacks(app);
  expect(hold(app).violations).toEqual([]);
});

/** A stack to plant faults in. */
function createFaultyStack(): Stack {
  return new Stack(new App({ context: { ...CDK_CONTEXT }, outdir: temporaryFolder() }), 'Faulty');
}

describe("Lookaside's stack with every option of an environment", () => {
  const { ids, reasons } = acknowledgedOf('rest');

  test('has only these findings, and each is acknowledged', () => {
    expect(full.violations).toEqual([]);
    expect(ids).toEqual([
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

  test('gives a reason with each', () => {
    for (const reason of reasons) expect(reason).toMatch(/^.{40,}[.]$/);
  });
});

describe("cdk-nag's AwsSolutions", () => {
  test('fails the synthesis with a planted fault', () => {
    const stack = createFaultyStack();
    new CfnQueue(stack, 'Queue');
    expect(() => hold(stack.node.root as App)).toThrow(/AwsSolutions-SQS4|SSL/);
  });

  test('passes the same fault if it is acknowledged, and reports it as acknowledged', () => {
    const stack = createFaultyStack();
    const queue = new CfnQueue(stack, 'Queue');
    const ids = ['AwsSolutions::AwsSolutions-SQS3', 'AwsSolutions::AwsSolutions-SQS4'];
    Validations.of(queue).acknowledge(...ids.map((id) => ({ id, reason: 'planted' })));
    expect(
      hold(stack.node.root as App)
        .suppressedViolations.map(({ acknowledgedId }) => acknowledgedId)
        .sort(),
    ).toEqual(ids);
  });
});

describe("Amazon's template rules", () => {
  test('fail the synthesis with a planted fault: they are errors, not warnings', () => {
    const stack = createFaultyStack();
    const table = new CfnTable(stack, 'Table', {
      keySchema: [{ attributeName: 'pk', keyType: 'HASH' }],
      attributeDefinitions: [{ attributeName: 'pk', attributeType: 'S' }],
      billingMode: 'PAY_PER_REQUEST',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    });
    table.addPropertyOverride('BillingMode', 'FREE');
    expect(() => hold(stack.node.root as App)).toThrow(/BillingMode/);
  });
});
