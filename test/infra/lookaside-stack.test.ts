import { describe, expect, test } from '@jest/globals';
import { ENVIRONMENTS_UNDER_TEST, type EnvironmentUnderTest } from './environments-under-test.ts';
import { propertiesOf, synthesisOf, templateOf } from './templates.ts';

describe('outputs', () => {
  test('name the values that an operator needs', () => {
    expect(Object.keys(templateOf('default').Outputs).sort()).toEqual([
      'AdministrationArn',
      'AlarmTopicArn',
      'ApiKeyIds',
      'Endpoint',
      'HttpFunctionName',
      'InvalidateFunctionName',
      'InvokeFunctionName',
      'KeySecretArn',
      'RevalidateFunctionName',
      'TableName',
      'UpstreamSecretArn',
      'WebhookSecretArn',
    ]);
  });
});

test('the output for a policy of administrators names the routes of cache administration, and no look-up', () => {
  const { AdministrationArn } = templateOf('default').Outputs;
  expect(AdministrationArn.Value['Fn::Join'][1].at(-1)).toBe('/live/DELETE/cache/*');
});

describe("the upstream's address", () => {
  test('is a parameter without a default if the environment does not set it: a deployment without it is refused', () => {
    const template = templateOf('default');
    const { UpstreamBaseUrl: parameter } = template.Parameters;
    expect(parameter).not.toHaveProperty('Default');
    for (const { Environment } of propertiesOf(template, 'AWS::Lambda::Function')) {
      expect(Environment.Variables.UPSTREAM_BASE_URL).toEqual({ Ref: 'UpstreamBaseUrl' });
    }
  });

  test.each([
    ['https://eu.api.capillarytech.com', true],
    ['https://upstream.example:8443/prefix', true],
    ['http://eu.api.capillarytech.com', false],
    ['https://user:password@upstream.example', false],
    ['https://upstream.example/?a=b', false],
    ['https://', false],
    ['', false],
  ])('as a parameter, %p is allowed: %p', (address, isAllowed) => {
    const { UpstreamBaseUrl: parameter } = templateOf('default').Parameters;
    expect(new RegExp(parameter.AllowedPattern).test(address)).toBe(isAllowed);
  });

  test('goes into the functions if the environment sets it', () => {
    const template = templateOf('with an upstream');
    expect(template.Parameters).not.toHaveProperty('UpstreamBaseUrl');
    for (const { Environment } of propertiesOf(template, 'AWS::Lambda::Function')) {
      expect(Environment.Variables.UPSTREAM_BASE_URL).toBe('https://upstream.example');
    }
  });
});

describe('settings', () => {
  test('of the environment reach the functions; the functions use their defaults for the others', () => {
    const { settings } = ENVIRONMENTS_UNDER_TEST['with settings'];
    const template = templateOf('with settings');
    for (const { Environment } of propertiesOf(template, 'AWS::Lambda::Function')) {
      expect(Environment.Variables).toMatchObject(settings);
      expect(Environment.Variables).not.toHaveProperty('LOG_LEVEL');
    }
  });

  test('fail the synthesis if one is wrong, and the message names it', () => {
    expect(refusalOf('refused: a wrong number')).toMatch(/FRESH_SECONDS is "five"/);
    expect(refusalOf('refused: a wrong projection')).toMatch(/PROFILE_FIELDS_V1 is "user_id\("/);
    expect(refusalOf('refused: an upstream without TLS')).toMatch(/UPSTREAM_BASE_URL/);
  });

  test.each([
    ['a setting that there is not', /^settings\.FRESH_SECOND is unknown; allowed is .*FRESH_SECONDS.*\.$/],
    ['an empty prefix', /^prefix is ""; allowed is 1 to 40 lower-case letters.*\.$/],
    ['a throttle of 0', /^throttle\.perSecond is 0; allowed is a whole number, 1 to 10000\.$/],
  ] as const)('fails the synthesis with %s, in one line', (fault, line) => {
    expect(refusalOf(`refused: ${fault}`)).toMatch(line);
  });

  test('fail the synthesis if a look-up might take longer than API Gateway waits', () => {
    expect(refusalOf('refused: an upstream slower than API Gateway')).toMatch(/UPSTREAM_TIMEOUT_MS is 20000/);
  });

  test("make the functions' timeout longer with the upstream's", () => {
    const template = templateOf('with a slow upstream');
    // 2 × (5000 + 150) + 1000 + 2000 ms, rounded up, and ten times as much without the margin; of http, which also
    // answers batches, as long as the gateway waits.
    const timeouts = propertiesOf(template, 'AWS::Lambda::Function').map(({ FunctionName, Timeout }) => [
      FunctionName,
      Timeout,
    ]);
    expect(Object.fromEntries(timeouts)).toEqual({
      'lookaside-http': 29,
      'lookaside-invoke': 115,
      'lookaside-revalidate': 14,
      'lookaside-invalidate': 29,
    });
  });
});

test('a pinned environment is deployed to its account and region, and to no other', () => {
  expect(synthesisOf('pinned')).toMatchObject({ account: '111122223333', region: 'ap-south-1' });
});

test('a protected environment refuses to have its stack deleted', () => {
  expect(synthesisOf('protected')).toMatchObject({ isTerminationProtected: true });
  expect(synthesisOf('default')).toMatchObject({ isTerminationProtected: false });
});

/** The reason for which the synthesis of an environment fails. */
function refusalOf(name: EnvironmentUnderTest): string {
  const synthesis = synthesisOf(name);
  return synthesis.kind === 'refused' ? synthesis.message : 'It is not refused.';
}
