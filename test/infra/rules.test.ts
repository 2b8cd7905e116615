import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { SettingsError } from '../../functions/settings/settings.ts';
import { EnvironmentError } from '../../infra/environment-rules.ts';
import { holdAgainstPacks } from '../../infra/rule-packs.ts';
import { holdAgainstRules } from '../../infra/rules.ts';
import { fc, runs } from '../support/properties.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { anyEnvironment, OPTION_NAMES } from './any-environment.ts';
import { LIMITS } from './aws-limits.ts';
import { addStack, CDK_CONTEXT, createApp, createStack } from './create-stack.ts';
import { BY_TOKENS, ENVIRONMENTS_UNDER_TEST, type EnvironmentToTry, EVERYTHING } from './environments-under-test.ts';
import type { Template } from './templates.ts';

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

/** Synthesizes as `cdk synth --strict` does: there is no finding and no warning. Throws errors of the environment. */
function synthesize(environment: EnvironmentToTry): Template {
  const stack = createStack(environment, { builtinCloudFormationValidation: true, outdir: temporaryFolder() });
  const app = stack.node.root as App;
  holdAgainstPacks(app);
  expect(hold(app).violations).toEqual([]);
  return JSON.parse(readFileSync(path.join(app.outdir, stack.templateFile), 'utf8'));
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
  synthesize(ENVIRONMENTS_UNDER_TEST[name]);
});

describe('a random environment', () => {
  /** The template, or the lines that say why there is none. */
  const templateOrLines = (environment: EnvironmentToTry): Template | readonly string[] => {
    try {
      return synthesize(environment);
    } catch (error) {
      if (error instanceof EnvironmentError || error instanceof SettingsError) return error.message.split('\n');
      throw error;
    }
  };

  test('may have every option that there is, except its name and place', () => {
    const [, names = ''] = /allowed is (.*)\.$/.exec(templateOrLines({ option: 1 } as never).toString()) ?? [];
    const place = ['name', 'account', 'region', 'otherRegions'];
    expect([...OPTION_NAMES, ...place].sort()).toEqual(names.split(', ').sort());
  });

  test('has a template within the limits of AWS and the rules, or lines that name an option', () => {
    const named = new RegExp(
      `\\b(?:${OPTION_NAMES.join('|')}|[A-Z]+(?:_[A-Z]+)+)\\b.*; allowed|bytes; allowed|Allowed is`,
    );
    fc.assert(
      fc.property(anyEnvironment, (environment) => {
        const result = templateOrLines(environment);
        if ('Resources' in result) {
          for (const { of, most } of LIMITS) expect(Math.max(0, ...of(result))).toBeLessThanOrEqual(most);
        } else {
          for (const line of result) expect(line).toMatch(named);
        }
      }),
      { ...runs(10), endOnFailure: true },
    );
  });
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
