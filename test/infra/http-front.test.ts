import { describe, expect, test } from '@jest/globals';
import { LOOKUP_PATHS, routesFor } from '../../infra/routes.ts';
import { BY_TOKENS } from './environments-under-test.ts';
import { nameOf } from './routes-of.ts';
import { propertiesOf, resourcesOf, type Template, templateOf } from './templates.ts';

const tokens = templateOf('with tokens');
const signed = templateOf('with signed look-ups by an HTTP API');

/** The template's routes, in the form of infra/routes.ts. */
function routesOf(template: Template) {
  return propertiesOf(template, 'AWS::ApiGatewayV2::Route').map((route) => {
    const [method, path] = route.RouteKey.split(' ');
    const integration = integrationOf(template, route);
    return {
      path,
      method,
      authorization: { NONE: 'none', AWS_IAM: 'iam', JWT: 'jwt' }[route.AuthorizationType as string],
      entry: nameOf(integration.IntegrationUri.Ref, template).replace('lookaside-', ''),
      properties: route,
      integration,
    };
  });
}

function integrationOf(template: Template, { Target }: ReturnType<typeof propertiesOf>[number]) {
  const [, [, { Ref: id }]] = Target['Fn::Join'];
  return resourcesOf(template, 'AWS::ApiGatewayV2::Integration')[id]?.Properties;
}

describe('the HTTP API', () => {
  test.each([
    ['jwt', tokens, true],
    ['iam', signed, false],
  ] as const)(
    'has the routes of infra/routes.ts, each with its authorization and its function: %s',
    (lookups, template, allowsOrigins) => {
      const found = routesOf(template).map(({ path, method, authorization, entry }) => ({
        path,
        method,
        authorization,
        entry,
      }));
      const known = (routes: readonly object[]) => routes.map((route) => JSON.stringify(route)).sort();
      const expected = routesFor({ allowsOrigins, lookups });
      expect(known(found)).toEqual(
        known(expected.map(({ path, method, authorization, entry }) => ({ path, method, authorization, entry }))),
      );
    },
  );

  test('leaves no look-up open, and has no path of cache administration', () => {
    for (const template of [tokens, signed]) {
      const open = routesOf(template).filter(({ authorization }) => authorization === 'none');
      const others = open.filter(({ method }) => method !== 'OPTIONS').map(({ path }) => path);
      expect(others.sort()).toEqual(['/events/capillary', '/health']);
    }
  });

  test('checks the issuer, the audience and the scopes of a token', () => {
    const [authorizer] = propertiesOf(tokens, 'AWS::ApiGatewayV2::Authorizer');
    expect(authorizer).toMatchObject({
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: BY_TOKENS.auth.issuer, Audience: BY_TOKENS.auth.audiences },
    });
    const [id] = Object.keys(resourcesOf(tokens, 'AWS::ApiGatewayV2::Authorizer'));
    for (const { authorization, properties } of routesOf(tokens)) {
      const ofToken = { AuthorizerId: { Ref: id }, AuthorizationScopes: ['lookups'] };
      if (authorization === 'jwt') expect(properties).toMatchObject(ofToken);
      else expect(properties).not.toHaveProperty('AuthorizerId');
    }
    expect(propertiesOf(signed, 'AWS::ApiGatewayV2::Authorizer')).toEqual([]);
  });

  test('passes requests on in the REST API’s form, and waits as long as an answer may take', () => {
    for (const { path, entry, integration } of routesOf(tokens)) {
      expect(integration).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '1.0' });
      const isLong = path === '/lookups' || entry === 'invalidate';
      expect([path, integration.TimeoutInMillis]).toEqual([path, isLong ? 29_000 : 9000]);
    }
  });

  test('may invoke each function by its own routes only', () => {
    const [api] = Object.keys(resourcesOf(tokens, 'AWS::ApiGatewayV2::Api'));
    const permissions = propertiesOf(tokens, 'AWS::Lambda::Permission');
    const calls = permissions.map(({ FunctionName, Principal, SourceArn }) => {
      expect(Principal).toBe('apigateway.amazonaws.com');
      const [, parts] = SourceArn['Fn::Join'];
      expect(parts.at(-2)).toEqual({ Ref: api });
      return `${nameOf(FunctionName.Ref, tokens)} ${parts.at(-1)}`;
    });
    expect(calls.sort()).toEqual([
      'lookaside-http /*/*/*',
      'lookaside-invalidate /*/*/cache/customers/*',
      'lookaside-invalidate /*/*/cache/entries',
      'lookaside-invalidate /*/*/events/capillary',
    ]);
  });

  test('limits all callers together, and each open route on its own', () => {
    const [stage] = propertiesOf(signed, 'AWS::ApiGatewayV2::Stage');
    expect(stage).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 300, ThrottlingBurstLimit: 600 },
      RouteSettings: {
        'ANY /health': { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20, DetailedMetricsEnabled: false },
        // The alarms leave the errors of events out.
        'ANY /events/capillary': { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100, DetailedMetricsEnabled: true },
      },
    });
    const { DependsOn } = Object.values(resourcesOf(signed, 'AWS::ApiGatewayV2::Stage'))[0] ?? {};
    expect(DependsOn).toHaveLength(routesOf(signed).length);
  });

  test('writes a line for each request, without query, header or body', () => {
    const [stage] = propertiesOf(tokens, 'AWS::ApiGatewayV2::Stage');
    const { DestinationArn, Format } = stage.AccessLogSettings;
    expect(JSON.stringify(DestinationArn)).toContain('AccessLog');
    expect(Object.values(JSON.parse(Format)).join()).not.toMatch(/query|header|path|body|identity/i);
    expect(propertiesOf(tokens, 'AWS::Logs::LogGroup')).toContainEqual(
      expect.objectContaining({ LogGroupName: '/aws/apigateway/lookaside' }),
    );
  });

  test('is reached only by its domain, below its path', () => {
    expect(propertiesOf(tokens, 'AWS::ApiGatewayV2::Api')).toMatchObject([{ DisableExecuteApiEndpoint: true }]);
    const [domain] = Object.keys(resourcesOf(tokens, 'AWS::ApiGateway::DomainName'));
    expect(propertiesOf(tokens, 'AWS::ApiGatewayV2::ApiMapping')).toEqual([
      {
        ApiId: { Ref: Object.keys(resourcesOf(tokens, 'AWS::ApiGatewayV2::Api'))[0] },
        DomainName: { Ref: domain },
        Stage: '$default',
        ApiMappingKey: 'loyalty',
      },
    ]);
    expect(propertiesOf(signed, 'AWS::ApiGatewayV2::Api')[0]).not.toHaveProperty('DisableExecuteApiEndpoint');
  });

  test('replaces the REST API and its keys', () => {
    for (const type of ['RestApi', 'Stage', 'UsagePlan', 'ApiKey', 'GatewayResponse']) {
      expect(propertiesOf(tokens, `AWS::ApiGateway::${type}`)).toEqual([]);
    }
    expect(tokens.Outputs).not.toHaveProperty('ApiKeyIds');
  });

  test('is watched by its own metrics', () => {
    const [id] = Object.keys(resourcesOf(tokens, 'AWS::ApiGatewayV2::Api'));
    const [errors] = propertiesOf(tokens, 'AWS::CloudWatch::Alarm').filter(({ AlarmName }) =>
      AlarmName.endsWith('-server-errors'),
    );
    const { Metric } = errors.Metrics.find(({ Id }: { Id: string }) => Id === 'errors').MetricStat;
    expect(Metric).toMatchObject({ MetricName: '5xx', Namespace: 'AWS/ApiGateway' });
    expect(Metric.Dimensions).toEqual(
      expect.arrayContaining([
        { Name: 'ApiId', Value: { Ref: id } },
        { Name: 'Stage', Value: '$default' },
      ]),
    );
    const ofEvents = errors.Metrics.find(({ Id }: { Id: string }) => Id === 'event5xx').MetricStat.Metric;
    expect(ofEvents.Dimensions).toEqual(
      expect.arrayContaining([
        { Name: 'ApiId', Value: { Ref: id } },
        { Name: 'Method', Value: 'ANY' },
        { Name: 'Resource', Value: '/events/capillary' },
      ]),
    );
    const dashboard = JSON.stringify(propertiesOf(tokens, 'AWS::CloudWatch::Dashboard'));
    expect(dashboard).toContain('4xx');
    expect(dashboard).not.toContain('4XXError');
  });

  test('has no alarm for the quota of a key: there are no keys', () => {
    const names = (template: Template) =>
      propertiesOf(template, 'AWS::CloudWatch::Alarm').map(({ AlarmName }) => AlarmName);
    expect(names(signed)).not.toContain('lookaside-quota');
    expect(names(templateOf('with signed look-ups and a throttle'))).not.toContain('lookaside-quota');
    expect(names(templateOf('default'))).toContain('lookaside-quota');
  });

  test('outputs its address, and the actions that a policy must allow', () => {
    expect(JSON.stringify(signed.Outputs.Endpoint)).toContain('ApiEndpoint');
    expect(JSON.stringify(tokens.Outputs.Endpoint)).toContain('https://lookups.shops.example/loyalty/');
    const arns = JSON.stringify(signed.Outputs.LookupArns);
    for (const path of LOOKUP_PATHS) expect(arns).toContain(`/*/*${path}`);
    expect(JSON.stringify(signed.Outputs.AdministrationArn)).toContain('/*/DELETE/cache/*');
  });

  test('tells the function of the look-ups which claims count', () => {
    const [http] = propertiesOf(tokens, 'AWS::Lambda::Function').filter(
      ({ FunctionName }) => FunctionName === 'lookaside-http',
    );
    expect(http.Environment.Variables).toMatchObject({
      CALLER_AUTH: 'jwt',
      CALLER_CLAIM: 'client_id',
      CLASS_CLAIM: 'cognito:groups',
    });
  });
});
