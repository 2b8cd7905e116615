import { describe, expect, test } from '@jest/globals';
import { LOOKUP_PATHS } from '../../infra/routes.ts';
import type { EnvironmentUnderTest } from './environments-under-test.ts';
import { type CfnResource, propertiesOf, templateOf } from './templates.ts';

const template = templateOf('default');

describe('the stage', () => {
  const [stage] = propertiesOf(template, 'AWS::ApiGateway::Stage');

  test('writes an access log of JSON lines without path, query, headers, key or address of the caller', () => {
    const format: Record<string, string> = JSON.parse(stage.AccessLogSetting.Format);
    expect(Object.values(format)).toContain('$context.resourcePath');
    const variables = Object.values(format).map((value) => value.replace('$context.', ''));
    expect(variables.sort()).toEqual([
      'awsEndpointRequestId',
      'error.responseType',
      'extendedRequestId',
      'httpMethod',
      'identity.apiKeyId',
      'integrationLatency',
      'requestId',
      'requestTimeEpoch',
      'resourcePath',
      'responseLatency',
      'responseLength',
      'status',
      'tlsVersion',
    ]);
  });

  test('keeps its access log for a while', () => {
    const logs = propertiesOf(template, 'AWS::Logs::LogGroup');
    expect(logs).toContainEqual(
      expect.objectContaining({ LogGroupName: '/aws/apigateway/lookaside', RetentionInDays: 14 }),
    );
  });

  test('has no execution log, which would write query strings', () => {
    expect(stage.MethodSettings[0]).toMatchObject({ HttpMethod: '*', ResourcePath: '/*' });
    for (const settings of stage.MethodSettings) {
      expect(settings).toMatchObject({ LoggingLevel: 'OFF', DataTraceEnabled: false });
    }
  });

  test('stores no answers: the gateway has no cache', () => {
    expect(stage.CacheClusterEnabled).toBeUndefined();
  });

  test('throttles requests without a key too', () => {
    // One key's 20 and 40, and as much again for administration.
    expect(stage.MethodSettings[0]).toMatchObject({ ThrottlingRateLimit: 40, ThrottlingBurstLimit: 80 });
  });

  test("counts the webhook's POST separately, and nothing else: AWS bills each such metric", () => {
    const counted = stage.MethodSettings.filter(({ MetricsEnabled }: CfnResource['Properties']) => MetricsEnabled);
    expect(counted).toMatchObject([{ HttpMethod: 'POST', ResourcePath: '/~1events~1capillary' }]);
  });

  /** The throttles of a stage, by path and method. */
  function throttlesOf(environment: EnvironmentUnderTest): Readonly<Record<string, string>> {
    const [{ MethodSettings }] = propertiesOf(templateOf(environment), 'AWS::ApiGateway::Stage') as [
      CfnResource['Properties'],
    ];
    return Object.fromEntries(
      MethodSettings.map((method: CfnResource['Properties']) => [
        `${method.HttpMethod} ${method.ResourcePath.replaceAll('~1', '/').replace('//', '/')}`,
        `${method.ThrottlingRateLimit}/s, ${method.ThrottlingBurstLimit} at once`,
      ]),
    );
  }

  test('throttles the webhook and /health separately: they need neither key nor signature', () => {
    const throttles = throttlesOf('default');
    expect(throttles['POST /events/capillary']).toBe('50/s, 100 at once');
    for (const method of ['GET', 'HEAD']) expect(throttles[`${method} /health`]).toBe('10/s, 20 at once');
  });

  test.each([
    ['/events/capillary', ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'PUT']],
    ['/health', ['DELETE', 'OPTIONS', 'PATCH', 'POST', 'PUT']],
  ])('lets hardly any request of another method through to %s: each method has a rate of its own', (path, methods) => {
    for (const environment of ['default', 'with a webhook throttle'] as const) {
      const throttles = throttlesOf(environment);
      for (const method of methods) expect(throttles[`${method} ${path}`]).toBe('1/s, 2 at once');
    }
  });

  test('lets no more requests to the webhook through at once than there are instances for them', () => {
    for (const environment of ['default', 'with a webhook throttle', 'with a cap for http'] as const) {
      const bursts = Object.entries(throttlesOf(environment))
        .filter(([name]) => name.endsWith(' /events/capillary'))
        .map(([, said]) => Number(/, (\d+) at once/.exec(said)?.[1]));
      expect(bursts).toHaveLength(7);
      const lambdas = propertiesOf(templateOf(environment), 'AWS::Lambda::Function');
      const invalidate = lambdas.find(({ FunctionName }) => FunctionName === 'lookaside-invalidate');
      const most = bursts.reduce((sum, burst) => sum + burst, 0);
      expect(invalidate.ReservedConcurrentExecutions).toBeGreaterThanOrEqual(most);
    }
  });

  test('throttles preflights like one key, whatever the number of keys', () => {
    for (const environment of ['with origins', 'with origins and three keys'] as const) {
      for (const path of LOOKUP_PATHS) expect(throttlesOf(environment)[`OPTIONS ${path}`]).toBe('20/s, 40 at once');
    }
  });

  test("throttles the webhook by the environment's own numbers", () => {
    expect(throttlesOf('with a webhook throttle')['POST /events/capillary']).toBe('3/s, 4 at once');
  });

  test('throttles no other route separately', () => {
    const paths = new Set(Object.keys(throttlesOf('with origins')).map((each) => each.split(' ')[1]));
    expect([...paths].sort()).toEqual(['/*', '/events/capillary', '/health', ...LOOKUP_PATHS].sort());
  });
});
