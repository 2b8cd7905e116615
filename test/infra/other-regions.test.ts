import { expect, test } from '@jest/globals';
import { propertiesOf, templateOf } from './templates.ts';

// A deployment that hands purges and events over to other regions.

const template = templateOf('with other regions');
const ARNS = ['eu-west-1', 'me-central-1'].map(
  (region) => `:lambda:${region}:111122223333:function:lookaside-invalidate:live`,
);

const invoking = (source: typeof template) =>
  propertiesOf(source, 'AWS::IAM::Policy').flatMap(({ PolicyName, PolicyDocument }) =>
    PolicyDocument.Statement.filter(
      ({ Action, Resource }: { Action: unknown; Resource: unknown }) =>
        Action === 'lambda:InvokeFunction' && JSON.stringify(Resource).includes('invalidate'),
    ).map(({ Resource }: { Resource: unknown }) => [PolicyName, Resource]),
  );

/** A text of the template, with the partition in the place of its reference. */
const plain = (value: unknown) => JSON.stringify(value).replaceAll('"},"', '').replaceAll('"', '');

test('the stack tells invalidate, and no other function, the functions of the other regions', () => {
  const told = propertiesOf(template, 'AWS::Lambda::Function').filter(
    ({ Environment }) => Environment.Variables.OTHER_REGIONS !== undefined,
  );
  expect(told.map(({ FunctionName }) => FunctionName)).toEqual(['lookaside-invalidate']);
  const text = plain(told[0]?.Environment.Variables.OTHER_REGIONS);
  for (const arn of ARNS) expect(text).toContain(arn);
});

test('the stack lets invalidate invoke these functions by their aliases, and nothing else', () => {
  const [[policy, resources] = [], ...others] = invoking(template);
  expect(others).toEqual([]);
  expect(policy).toMatch(/Invalidate/);
  expect(resources).toHaveLength(ARNS.length);
  for (const arn of ARNS) expect(plain(resources)).toContain(arn);
});

test('a deployment in one region passes nothing on', () => {
  const one = templateOf('default');
  expect(JSON.stringify(one)).not.toContain('OTHER_REGIONS');
  expect(invoking(one)).toEqual([]);
});
