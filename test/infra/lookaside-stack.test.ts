import { describe, expect, test } from '@jest/globals';
import { createStack, propertiesOf, synthesize } from './synthesize.ts';

describe('outputs', () => {
  test('name what an operator needs', () => {
    expect(Object.keys(synthesize().toJSON().Outputs).sort()).toEqual([
      'AdministrationArn',
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
  const { AdministrationArn } = synthesize().toJSON().Outputs;
  expect(AdministrationArn.Value['Fn::Join'][1].at(-1)).toBe('/live/DELETE/cache/*');
});

describe("the upstream's address", () => {
  test('is asked for, without a default, where the environment does not say it: a deployment without it is refused', () => {
    const template = synthesize();
    const { UpstreamBaseUrl: parameter } = template.toJSON().Parameters;
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
    const { UpstreamBaseUrl: parameter } = synthesize().toJSON().Parameters;
    expect(new RegExp(parameter.AllowedPattern).test(address)).toBe(isAllowed);
  });

  test('is put into the functions where the environment says it', () => {
    const template = synthesize({ upstreamBaseUrl: 'https://upstream.example' });
    expect(template.toJSON().Parameters).not.toHaveProperty('UpstreamBaseUrl');
    for (const { Environment } of propertiesOf(template, 'AWS::Lambda::Function')) {
      expect(Environment.Variables.UPSTREAM_BASE_URL).toBe('https://upstream.example');
    }
  });
});

describe('settings', () => {
  test("of the environment reach the functions; others are left to the functions' defaults", () => {
    const settings = { FRESH_SECONDS: '60', PROFILE_FIELDS_V1: 'user_id,coupons/coupon/code' };
    const template = synthesize({ settings });
    for (const { Environment } of propertiesOf(template, 'AWS::Lambda::Function')) {
      expect(Environment.Variables).toMatchObject(settings);
      expect(Environment.Variables).not.toHaveProperty('LOG_LEVEL');
    }
  });

  test('fails the synthesis with a wrong one, naming it', () => {
    expect(() => createStack({ settings: { FRESH_SECONDS: 'five' } })).toThrow(/FRESH_SECONDS is "five"/);
    expect(() => createStack({ settings: { PROFILE_FIELDS_V1: 'user_id(' } })).toThrow(
      /PROFILE_FIELDS_V1 is "user_id\("/,
    );
    expect(() => createStack({ upstreamBaseUrl: 'http://upstream.example' })).toThrow(/UPSTREAM_BASE_URL/);
  });

  test('fails the synthesis when a look-up might take longer than API Gateway waits', () => {
    expect(() => createStack({ settings: { UPSTREAM_TIMEOUT_MS: '20000' } })).toThrow(/UPSTREAM_TIMEOUT_MS is 20000/);
  });

  test("lengthen the functions' timeout with the upstream's", () => {
    const template = synthesize({ settings: { UPSTREAM_TIMEOUT_MS: '5000' } });
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

test('a protected environment refuses to have its stack deleted', () => {
  expect(createStack({ isProtected: true }).terminationProtection).toBe(true);
  expect(createStack().terminationProtection).toBe(false);
});
