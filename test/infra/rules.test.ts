import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type App, Stack, Validations } from 'aws-cdk-lib';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { SettingsError } from '../../functions/settings/settings-error.ts';
import { EnvironmentError } from '../../infra/environment-rules.ts';
import { holdAgainstPacks } from '../../infra/rule-packs.ts';
import { holdAgainstRules } from '../../infra/rules.ts';
import { fc, makesAllRuns, runs } from '../support/properties.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { anyEnvironment, OPTION_NAMES } from './any-environment.ts';
import { LIMITS } from './aws-limits.ts';
import { createApp, createStack } from './create-stack.ts';
import type { EnvironmentToTry } from './environments-under-test.ts';
import { allFindings, findingsOf, HELD_ENVIRONMENTS, type HeldEnvironment } from './findings.ts';
import { hold } from './hold.ts';
import type { Template } from './templates.ts';

const LOG_POLICY = 'Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs';

const CODE_DEPLOY_POLICY =
  'Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited';

test.each(HELD_ENVIRONMENTS)(
  'an environment %s has no finding and no warning: cdk synth --strict takes it',
  (environment) => {
    const { violations, checkedBy } = findingsOf(environment);
    expect(violations).toEqual([]);
    expect(checkedBy).toContain('AwsSolutions');
  },
);

describe('a stack, held against AwsSolutions', () => {
  const acknowledgedOf = (environment: HeldEnvironment) =>
    findingsOf(environment).acknowledged.filter(({ id }) => id.startsWith('AwsSolutions::'));
  const idsOf = (environment: HeldEnvironment) => [...new Set(acknowledgedOf(environment).map(({ id }) => id))].sort();

  test('has only these findings, and each is acknowledged', () => {
    expect(idsOf('with every option')).toEqual([
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

  test('has only these findings with every option of an HTTP API, and each is acknowledged', () => {
    expect(idsOf('with tokens')).toEqual([
      'AwsSolutions::AwsSolutions-APIG4',
      'AwsSolutions::AwsSolutions-DDB3',
      `AwsSolutions::AwsSolutions-IAM4[${CODE_DEPLOY_POLICY}]`,
      'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      'AwsSolutions::AwsSolutions-SMG4',
    ]);
  });

  test('gives a reason with each', () => {
    for (const { reason } of acknowledgedOf('with every option')) expect(reason).toMatch(/^.{40,}[.]$/);
  });
});

describe('a random environment', () => {
  /**
   * Synthesizes as `cdk synth --strict` does: there is no finding and no warning. Throws errors of the environment.
   * Amazon's engine takes seconds to start, so only CI has it look at random environments.
   */
  const synthesize = (environment: EnvironmentToTry): Template => {
    const options = { builtinCloudFormationValidation: makesAllRuns, outdir: temporaryFolder() };
    const stack = createStack(environment, options);
    const app = stack.node.root as App;
    holdAgainstPacks(app);
    holdAgainstRules(app);
    expect(hold(app).violations).toEqual([]);
    return JSON.parse(readFileSync(path.join(app.outdir, stack.templateFile), 'utf8'));
  };

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

describe("cdk-nag's AwsSolutions", () => {
  /** An app with a stack that has a fault. */
  function createFaultyQueue(): CfnQueue {
    const app = createApp({ outdir: temporaryFolder() });
    holdAgainstRules(app);
    return new CfnQueue(new Stack(app, 'Faulty'), 'Queue');
  }

  test('fails the synthesis with a planted fault', () => {
    const queue = createFaultyQueue();
    expect(() => hold(queue.node.root as App)).toThrow(/AwsSolutions-SQS4|SSL/);
  });

  test('passes the same fault if it is acknowledged, and reports it as acknowledged', () => {
    const queue = createFaultyQueue();
    const ids = ['AwsSolutions::AwsSolutions-SQS3', 'AwsSolutions::AwsSolutions-SQS4'];
    Validations.of(queue).acknowledge(...ids.map((id) => ({ id, reason: 'planted' })));
    expect(
      hold(queue.node.root as App)
        .acknowledged.map(({ id }) => id)
        .sort(),
    ).toEqual(ids);
  });
});

test("Amazon's template rules fail the synthesis with a planted fault: they are errors, not warnings", () => {
  expect(allFindings().faultyTable).toMatch(/BillingMode/);
});
