import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { CfnStage } from 'aws-cdk-lib/aws-apigateway';
import { CfnTopic } from 'aws-cdk-lib/aws-sns';
import { holdAgainstPacks, PACKS } from '../../infra/rule-packs.ts';
import { RULE_SKIPS } from '../../infra/rule-skips.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { CDK_CONTEXT, createStack } from './create-stack.ts';
import { BY_TOKENS, EVERYTHING } from './environments-under-test.ts';

interface Acknowledged {
  readonly acknowledgedId: string;
  readonly reason: string;
}

/** Synthesizes under the packs; throws their findings. */
function hold(stack: Stack, skips = RULE_SKIPS) {
  const app = stack.node.root as App;
  holdAgainstPacks(app, skips);
  const { directory } = app.synth();
  const report = JSON.parse(readFileSync(path.join(directory, 'validation-report.json'), 'utf8'));
  const reports: readonly {
    readonly pluginName: string;
    readonly violations?: readonly unknown[];
    readonly suppressedViolations?: readonly Acknowledged[];
  }[] = report.pluginReports;
  return {
    packs: reports.map(({ pluginName }) => pluginName),
    violations: reports.flatMap(({ violations = [] }) => violations),
    acknowledged: reports.flatMap(({ suppressedViolations = [] }) => suppressedViolations),
    types: app.node.findAll().flatMap((each) => (CfnResource.isCfnResource(each) ? [each.cfnResourceType] : [])),
  };
}

describe('the stack', () => {
  const held = {
    'with all that an environment can add': hold(createStack(EVERYTHING, { outdir: temporaryFolder() })),
    'with nothing added': hold(createStack({}, { outdir: temporaryFolder() })),
    'with an HTTP API': hold(createStack(BY_TOKENS, { outdir: temporaryFolder() })),
  };
  const acknowledged = Object.values(held).flatMap((findings) => findings.acknowledged);
  const types = new Set(Object.values(held).flatMap((findings) => findings.types));

  test.each(Object.entries(held))(
    '%s, was checked by each pack, and has no finding without a reason',
    (_with, findings) => {
      expect(findings.packs).toEqual(expect.arrayContaining([...PACKS]));
      expect(findings.violations).toEqual([]);
      // Each pack found something that is acknowledged, so each pack really checked.
      const ids = findings.acknowledged.map(({ acknowledgedId }) => acknowledgedId);
      for (const pack of PACKS) expect(ids).toContainEqual(expect.stringMatching(new RegExp(`^${pack}::`)));
    },
  );

  test.each(RULE_SKIPS.filter(({ type }) => types.has(type)))('skips $control of $type, which a pack finds', (skip) => {
    const found = acknowledged.filter(({ acknowledgedId }) => acknowledgedId.endsWith(`-${skip.control}`));
    expect(found.map(({ reason }) => reason)).toContain(skip.reason);
  });
});

test('each skip has a reason', () => {
  for (const { reason } of RULE_SKIPS) expect(reason).toMatch(/^.{40,}[.)]$/);
});

test.each([
  ['Serverless', 'APIGWXrayEnabled'],
  ['NIST.800.53.R5', 'SNSEncryptedKMS'],
  ['PCI.DSS.321', 'SNSEncryptedKMS'],
  ['HIPAA.Security', 'SNSEncryptedKMS'],
])('%s fails the synthesis for a finding without a skip: %s', (pack, control) => {
  const app = new App({
    context: { ...CDK_CONTEXT },
    outdir: temporaryFolder(),
    builtinCloudFormationValidation: false,
  });
  const stack = new Stack(app, 'Faulty');
  new CfnTopic(stack, 'Topic');
  new CfnStage(stack, 'Stage', { restApiId: 'planted' });
  const others = RULE_SKIPS.filter((skip) => skip.control !== control);
  expect(() => hold(stack, others)).toThrow(new RegExp(`${pack}-${control}`));
});
