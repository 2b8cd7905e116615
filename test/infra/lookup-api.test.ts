import { describe, expect, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { ROUTES } from '../../infra/routes.ts';
import { type CfnResource, propertiesOf, resourcesOf, synthesize } from './synthesize.ts';

const template = synthesize();
const routes = routesOf(template);

/** The template's routes, in the form of infra/routes.ts. */
function routesOf(from: Template) {
  const resources = resourcesOf(from, 'AWS::ApiGateway::Resource');
  const pathOf = (id: unknown): string => {
    if (typeof id !== 'object' || id === null || !('Ref' in id)) return '';
    const { ParentId, PathPart } = (resources[String(id.Ref)] as CfnResource).Properties;
    return `${pathOf(ParentId)}/${PathPart}`;
  };
  return propertiesOf(from, 'AWS::ApiGateway::Method').map((method) => ({
    path: pathOf(method.ResourceId) || '/',
    method: method.HttpMethod,
    authorization: method.ApiKeyRequired ? 'api-key' : 'none',
    properties: method,
  }));
}

describe('routes', () => {
  test('are those of infra/routes.ts, no more and no fewer, each with its authorization', () => {
    const byPath = (a: { path: string; method: string }, b: { path: string; method: string }) =>
      `${a.path} ${a.method}`.localeCompare(`${b.path} ${b.method}`);
    const found = routes.map(({ path, method, authorization }) => ({ path, method, authorization }));
    expect(found.sort(byPath)).toEqual([...ROUTES].sort(byPath));
  });

  test('take a key, but for preflights and /health', () => {
    const open = routes.filter(({ authorization }) => authorization === 'none');
    for (const { method, path } of open) expect(method === 'OPTIONS' || path === '/health').toBe(true);
  });

  test('leave preflights to the function: a browser sends no key with one, and there may be several origins', () => {
    const preflights = routes.filter(({ method }) => method === 'OPTIONS');
    expect(preflights.map(({ path }) => path)).toContain('/v2/customers/lookup/customerDetails');
    for (const { authorization, properties } of preflights) {
      expect(authorization).toBe('none');
      expect(properties.Integration.Type).toBe('AWS_PROXY');
    }
  });

  test('all lead to the http function', () => {
    const [http] = Object.entries(resourcesOf(template, 'AWS::Lambda::Function')).find(
      ([, { Properties }]) => Properties.FunctionName === 'lookaside-http',
    ) as [string, CfnResource];
    for (const { properties } of routes) {
      expect(properties.Integration).toMatchObject({ Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST' });
      expect(properties.Integration.Uri['Fn::Join'][1]).toContainEqual({ 'Fn::GetAtt': [http, 'Arn'] });
    }
  });

  test("have no request validator: the function's refusals name the parameter", () => {
    expect(propertiesOf(template, 'AWS::ApiGateway::RequestValidator')).toEqual([]);
    for (const { properties } of routes) expect(properties.RequestValidatorId).toBeUndefined();
  });
});

describe('invocation', () => {
  const permissions = propertiesOf(template, 'AWS::Lambda::Permission');

  test('of the http function is allowed to API Gateway, for this API and its stage alone', () => {
    expect(permissions).toHaveLength(1);
    const [{ Principal, Action, SourceArn, FunctionName }] = permissions as [CfnResource['Properties']];
    const [api] = Object.keys(resourcesOf(template, 'AWS::ApiGateway::RestApi'));
    expect(Principal).toBe('apigateway.amazonaws.com');
    expect(Action).toBe('lambda:InvokeFunction');
    expect(FunctionName['Fn::GetAtt'][0]).toMatch(/^HttpFunction/);
    expect(SourceArn['Fn::Join'][1].slice(-2)).toEqual([{ Ref: api }, '/live/*/*']);
  });

  test('by a public address is offered by neither function', () => {
    expect(propertiesOf(template, 'AWS::Lambda::Url')).toEqual([]);
  });
});

describe('the API', () => {
  const [api] = propertiesOf(template, 'AWS::ApiGateway::RestApi');

  test('is regional', () => {
    expect(api.EndpointConfiguration).toEqual({ Types: ['REGIONAL'] });
  });

  test('takes TLS 1.2 with forward secrecy or 1.3, for its own host name only', () => {
    expect(api.SecurityPolicy).toBe('SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09');
    expect(api.EndpointAccessMode).toBe('STRICT');
  });
});

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

  test('has no execution log: it would write query strings', () => {
    expect(stage.MethodSettings).toEqual([
      expect.objectContaining({ HttpMethod: '*', ResourcePath: '/*', LoggingLevel: 'OFF', DataTraceEnabled: false }),
    ]);
  });

  test('keeps no answers of its own: the gateway has no cache', () => {
    expect(stage.CacheClusterEnabled).toBeUndefined();
  });

  test('throttles requests without a key too', () => {
    // One key's 20 and 40, and as much again for preflights and /health.
    expect(stage.MethodSettings[0]).toMatchObject({ ThrottlingRateLimit: 40, ThrottlingBurstLimit: 80 });
  });
});

describe('the usage plan', () => {
  test('throttles and counts each key, on this stage', () => {
    const [plan] = propertiesOf(template, 'AWS::ApiGateway::UsagePlan');
    expect(plan).toMatchObject({
      Throttle: { RateLimit: 20, BurstLimit: 40 },
      Quota: { Limit: 100_000, Period: 'DAY' },
      ApiStages: [
        { ApiId: { Ref: expect.stringMatching(/^GatewayApi/) }, Stage: { Ref: expect.stringMatching(/Stage/) } },
      ],
    });
  });

  test('holds one key, whose value AWS makes', () => {
    const keys = resourcesOf(template, 'AWS::ApiGateway::ApiKey');
    const [[id, key]] = Object.entries(keys) as [[string, CfnResource]];
    expect(Object.keys(keys)).toHaveLength(1);
    expect(key.Properties).toMatchObject({ Name: 'lookaside-till', Enabled: true });
    expect(key.Properties.Value).toBeUndefined();
    expect(propertiesOf(template, 'AWS::ApiGateway::UsagePlanKey')).toEqual([
      expect.objectContaining({ KeyId: { Ref: id }, KeyType: 'API_KEY' }),
    ]);
  });

  test('follows the environment, with a key for each fleet', () => {
    const other = synthesize({
      apiKeys: ['till', 'kiosk'],
      throttle: { perSecond: 7, burst: 9 },
      quota: { requests: 11, per: 'MONTH' },
    });
    const [plan] = propertiesOf(other, 'AWS::ApiGateway::UsagePlan');
    expect(plan).toMatchObject({ Throttle: { RateLimit: 7, BurstLimit: 9 }, Quota: { Limit: 11, Period: 'MONTH' } });
    expect(propertiesOf(other, 'AWS::ApiGateway::UsagePlanKey')).toHaveLength(2);
  });
});

describe("the role of the region's gateway logs", () => {
  test('is made before the stage that needs it, and outlives the stack: other APIs use it too', () => {
    const [[id, account]] = Object.entries(resourcesOf(template, 'AWS::ApiGateway::Account')) as [
      [string, CfnResource],
    ];
    expect(account.DeletionPolicy).toBe('Retain');
    const [stage] = Object.values(template.findResources('AWS::ApiGateway::Stage')) as [{ DependsOn: string[] }];
    expect(stage.DependsOn).toContain(id);
  });

  test('is left alone where the environment says that somebody else has set it', () => {
    const other = synthesize({ ownsGatewayLogRole: false });
    expect(propertiesOf(other, 'AWS::ApiGateway::Account')).toEqual([]);
  });
});
