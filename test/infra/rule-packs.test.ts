import { describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { CfnStage } from 'aws-cdk-lib/aws-apigateway';
import { CfnTopic } from 'aws-cdk-lib/aws-sns';
import { holdAgainstPacks, PACKS } from '../../infra/rule-packs.ts';
import { RULE_SKIPS } from '../../infra/rule-skips.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createApp } from './create-stack.ts';
import { findingsOf, type HeldEnvironment } from './findings.ts';
import { hold } from './hold.ts';

describe('the stack of an environment', () => {
  const held: readonly HeldEnvironment[] = ['default', 'with every option', 'with tokens'];
  const all = held.map((environment) => findingsOf(environment));
  const acknowledged = all.flatMap((findings) => findings.acknowledged);
  const types = new Set(all.flatMap((findings) => findings.types));

  test.each(held)('%s: was checked by each pack, and has no finding without a reason', (environment) => {
    const findings = findingsOf(environment);
    expect(findings.checkedBy).toEqual(expect.arrayContaining([...PACKS]));
    expect(findings.violations).toEqual([]);
    // Each pack found something that is acknowledged, so each pack really checked.
    const ids = findings.acknowledged.map(({ id }) => id);
    for (const pack of PACKS) expect(ids).toContainEqual(expect.stringMatching(new RegExp(`^${pack}::`)));
  });

  test.each(RULE_SKIPS.filter(({ type }) => types.has(type)))('skips $control of $type, which a pack finds', (skip) => {
    const found = acknowledged.filter(({ id }) => id.endsWith(`-${skip.control}`));
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
  const app = createApp({ outdir: temporaryFolder() });
  const stack = new Stack(app, 'Faulty');
  new CfnTopic(stack, 'Topic');
  new CfnStage(stack, 'Stage', { restApiId: 'planted' });
  holdAgainstPacks(
    app,
    RULE_SKIPS.filter((skip) => skip.control !== control),
  );
  expect(() => hold(app)).toThrow(new RegExp(`${pack}-${control}`));
});
