import { describe, expect, test } from '@jest/globals';
import { LOOKUP_PATHS } from '../../infra/routes.ts';
import { routesOf } from './routes-of.ts';
import { propertiesOf, templateOf } from './templates.ts';

const template = templateOf('with signed look-ups');

/** The settings of a function, by its name's end. */
function settingsOf(entry: string): Readonly<Record<string, string>> {
  const [lambda] = propertiesOf(template, 'AWS::Lambda::Function').filter(
    ({ FunctionName }) => FunctionName === `lookaside-${entry}`,
  );
  return lambda.Environment.Variables;
}

describe('with auth "iam"', () => {
  test('each route needs a signature, except preflights, /health and the webhook', () => {
    const open = ['/events/capillary', '/health', ...LOOKUP_PATHS.map((path) => `OPTIONS ${path}`)];
    for (const { path, method, properties } of routesOf(template)) {
      const isOpen = open.includes(path) || open.includes(`${method} ${path}`);
      expect([path, method, properties.AuthorizationType]).toEqual([path, method, isOpen ? 'NONE' : 'AWS_IAM']);
      expect(properties.ApiKeyRequired).toBe(false);
    }
    expect(routesOf(template).map(({ path }) => path)).toEqual(expect.arrayContaining([...LOOKUP_PATHS, '/{proxy+}']));
  });

  test('there are no keys and no usage plans', () => {
    expect(propertiesOf(template, 'AWS::ApiGateway::ApiKey')).toEqual([]);
    expect(propertiesOf(template, 'AWS::ApiGateway::UsagePlan')).toEqual([]);
    expect(template.Outputs).not.toHaveProperty('ApiKeyIds');
  });

  test('the function of the look-ups knows that, and the roles of each class; no other function does', () => {
    expect(settingsOf('http')).toMatchObject({ CALLER_AUTH: 'iam' });
    expect(JSON.parse(settingsOf('http').CALLERS ?? '')).toEqual({
      tills: { isDefault: true },
      kiosks: { roles: ['arn:aws:iam::111122223333:role/kiosk'], maxBatch: 5 },
    });
    for (const entry of ['invoke', 'revalidate', 'invalidate']) {
      expect(settingsOf(entry)).not.toHaveProperty('CALLER_AUTH');
    }
  });

  test('an output names the actions that a caller’s policy must allow; it does not exist with API keys', () => {
    const arns = JSON.stringify(template.Outputs.LookupArns);
    for (const path of LOOKUP_PATHS) expect(arns).toContain(`/live/*${path}`);
    expect(arns).not.toContain('/cache');
    expect(templateOf('default').Outputs).not.toHaveProperty('LookupArns');
  });

  test.each([
    ['with signed look-ups', 10_000, 5_000],
    ['with signed look-ups and a throttle', 300, 600],
  ] as const)('%s, all callers together may ask %i a second, and %i at once', (name, perSecond, burst) => {
    const [stage] = propertiesOf(templateOf(name), 'AWS::ApiGateway::Stage');
    expect(stage.MethodSettings).toContainEqual(
      expect.objectContaining({ ResourcePath: '/*', ThrottlingRateLimit: perSecond, ThrottlingBurstLimit: burst }),
    );
  });

  test('pages may ask as often as all callers together, because a preflight has no signature', () => {
    const [stage] = propertiesOf(template, 'AWS::ApiGateway::Stage');
    const limits = stage.MethodSettings.filter(({ HttpMethod }: { HttpMethod: string }) => HttpMethod === 'OPTIONS');
    for (const { ThrottlingRateLimit: rate } of limits) expect(rate).toBeGreaterThan(0);
    expect(limits).toContainEqual(expect.objectContaining({ ThrottlingRateLimit: 10_000 }));
  });

  test('the policy of a private API leaves look-ups to IAM, and names the method of a preflight', () => {
    const [api] = propertiesOf(templateOf('with signed look-ups, reached by endpoints'), 'AWS::ApiGateway::RestApi');
    const [{ Resource: allowed }] = api.Policy.Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Allow');
    expect([...allowed].sort()).toEqual([
      'execute-api:/live/*/events/capillary',
      'execute-api:/live/*/health',
      'execute-api:/live/OPTIONS/lookups',
      'execute-api:/live/OPTIONS/v1.1/customer/get',
      'execute-api:/live/OPTIONS/v2/customers/lookup/customerDetails',
    ]);
  });
});
