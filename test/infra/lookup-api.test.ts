import { describe, expect, test } from '@jest/globals';
import { LOOKUP_PATHS, ROUTES } from '../../infra/routes.ts';
import { nameOf, routesOf } from './routes-of.ts';
import { type CfnResource, propertiesOf, resourcesOf, templateOf } from './templates.ts';

const template = templateOf('default');
const routes = routesOf(templateOf('with origins'));

describe('routes', () => {
  test('are those of infra/routes.ts, no more and no fewer, each with its authorization and its function', () => {
    const byPath = (a: { path: string; method: string }, b: { path: string; method: string }) =>
      `${a.path} ${a.method}`.localeCompare(`${b.path} ${b.method}`);
    const found = routes.map(({ path, method, authorization, entry }) => ({ path, method, authorization, entry }));
    expect(found.sort(byPath)).toEqual([...ROUTES].sort(byPath));
  });

  test('have no preflight unless CORS_ORIGINS names an origin: no page may read an answer, and a stranger causes no cost', () => {
    expect(routesOf(template).filter(({ method }) => method === 'OPTIONS')).toEqual([]);
    const others = (all: typeof routes) => all.map(({ path, method }) => `${method} ${path}`).sort();
    expect(others(routesOf(template))).toEqual(others(routes.filter(({ method }) => method !== 'OPTIONS')));
  });

  test('need a key or a signature, except for preflights, /health and the webhook', () => {
    const open = routes.filter(({ method, authorization }) => method !== 'OPTIONS' && authorization === 'none');
    expect(open.map(({ path }) => path).sort()).toEqual(['/events/capillary', '/health']);
  });

  test('R12: let HEAD through if they let GET through, with the same authorization', () => {
    for (const path of [...LOOKUP_PATHS, '/health']) {
      const own = routes.filter((route) => route.path === path && route.method !== 'OPTIONS');
      expect(own.map(({ method }) => method)).toEqual(['ANY']);
    }
  });

  test('pass bodies on as bytes: the function judges a packed event, and a body that is not UTF-8', () => {
    expect(propertiesOf(template, 'AWS::ApiGateway::RestApi')).toMatchObject([
      { BinaryMediaTypes: ['*/*'], MinimumCompressionSize: 1024 },
    ]);
  });

  test('of cache administration need a signature that IAM allows, for every method, and take no key of a till', () => {
    const administration = routes.filter(({ path }) => path.startsWith('/cache/'));
    expect(administration.map(({ path }) => path).sort()).toEqual(['/cache/customers/{customerId}', '/cache/entries']);
    for (const { properties } of administration) {
      expect(properties).toMatchObject({ AuthorizationType: 'AWS_IAM', ApiKeyRequired: false });
    }
  });

  test('need a signature for cache administration alone: a till signs nothing', () => {
    const signed = routes.filter(({ properties }) => properties.AuthorizationType !== 'NONE');
    for (const { path } of signed) expect(path).toMatch(/^\/cache\//);
  });

  test('of look-ups, of both APIs and of batches, need a key of a till, for every method', () => {
    const keyed = routes.filter(({ path, authorization }) => authorization === 'api-key' && !/^\/(\{|$)/.test(path));
    expect(keyed.map(({ path, method, entry }) => `${method} ${path} ${entry}`).sort()).toEqual([
      'ANY /lookups http',
      'ANY /v1.1/customer/get http',
      'ANY /v2/customers/lookup/customerDetails http',
    ]);
    for (const { properties } of keyed) {
      expect(properties).toMatchObject({ ApiKeyRequired: true, AuthorizationType: 'NONE' });
    }
  });

  test('leave preflights to the function: a browser sends no key with one, and there may be several origins', () => {
    const preflights = routes.filter(({ method }) => method === 'OPTIONS');
    expect(preflights.map(({ path }) => path).sort()).toEqual([
      '/lookups',
      '/v1.1/customer/get',
      '/v2/customers/lookup/customerDetails',
    ]);
    for (const { authorization, properties } of preflights) {
      expect(authorization).toBe('none');
      expect(properties.Integration.Type).toBe('AWS_PROXY');
    }
  });

  test('are all proxied to a function', () => {
    for (const { properties } of routes) {
      expect(properties.Integration).toMatchObject({ Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST' });
    }
  });

  test('of single look-ups time out when a look-up must have ended; a batch and a purge have as long as the gateway waits', () => {
    const limits = routes.map(({ path, entry, properties }) => [path, entry, properties.Integration.TimeoutInMillis]);
    for (const [path, entry, limitMs] of limits) {
      // 2 × (2500 + 150) + 1000 + 2000 ms, in whole seconds.
      const isLong = path === '/lookups' || entry === 'invalidate';
      expect([path, limitMs]).toEqual([path, isLong ? undefined : 9000]);
    }
  });

  test('have no request validator: the function names the parameter in its refusal', () => {
    expect(propertiesOf(template, 'AWS::ApiGateway::RequestValidator')).toEqual([]);
    for (const { properties } of routes) expect(properties.RequestValidatorId).toBeUndefined();
  });
});

describe('invocation', () => {
  const permissions = propertiesOf(template, 'AWS::Lambda::Permission');

  const [api] = Object.keys(resourcesOf(template, 'AWS::ApiGateway::RestApi'));

  test('is allowed to API Gateway alone, for this API and its stage', () => {
    for (const { Principal, Action, SourceArn } of permissions) {
      expect(Principal).toBe('apigateway.amazonaws.com');
      expect(Action).toBe('lambda:InvokeFunction');
      expect(SourceArn['Fn::Join'][1].at(-2)).toEqual({ Ref: api });
      expect(SourceArn['Fn::Join'][1].at(-1)).toMatch(/^\/live\//);
    }
  });

  test.each([
    ['lookaside-http', ['/live/*/*']],
    ['lookaside-invalidate', ['/live/*/cache/customers/*', '/live/*/cache/entries', '/live/*/events/capillary']],
    ['lookaside-invoke', []],
    ['lookaside-revalidate', []],
  ])('of %s is allowed by its own routes: %p', (name, calls) => {
    const own = permissions.filter(({ FunctionName }) => nameOf(FunctionName.Ref, template) === name);
    expect(own.map(({ SourceArn }) => SourceArn['Fn::Join'][1].at(-1)).sort()).toEqual(calls);
  });

  test('by a public address is not possible for any function', () => {
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
    const other = templateOf('with two fleets');
    const [plan] = propertiesOf(other, 'AWS::ApiGateway::UsagePlan');
    expect(plan).toMatchObject({ Throttle: { RateLimit: 7, BurstLimit: 9 }, Quota: { Limit: 11, Period: 'MONTH' } });
    expect(propertiesOf(other, 'AWS::ApiGateway::UsagePlanKey')).toHaveLength(2);
  });
});

describe("the role of the region's gateway logs", () => {
  test('is not touched by default: another environment of the account makes it, or another program', () => {
    expect(propertiesOf(template, 'AWS::ApiGateway::Account')).toEqual([]);
  });

  test('comes from the environment that says so, before the stage that needs it; it outlives the stack', () => {
    const other = templateOf('with the log role');
    const [[id, account]] = Object.entries(resourcesOf(other, 'AWS::ApiGateway::Account')) as [[string, CfnResource]];
    expect(account.DeletionPolicy).toBe('Retain');
    const [stage] = Object.values(resourcesOf(other, 'AWS::ApiGateway::Stage')) as [CfnResource];
    expect(stage.DependsOn).toContain(id);
  });
});
