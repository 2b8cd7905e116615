import { describe, expect, test } from '@jest/globals';
import type { EnvironmentUnderTest } from './environments-under-test.ts';
import { propertiesOf, resourcesOf, templateOf } from './templates.ts';

function domainOf(environment: EnvironmentUnderTest) {
  const [domain] = propertiesOf(templateOf(environment), 'AWS::ApiGateway::DomainName');
  return domain;
}

function apiOf(environment: EnvironmentUnderTest) {
  const [api] = propertiesOf(templateOf(environment), 'AWS::ApiGateway::RestApi');
  return api;
}

describe('a domain', () => {
  const template = templateOf('with a domain');

  test('has its certificate, in the region', () => {
    expect(domainOf('with a domain')).toMatchObject({
      DomainName: 'lookups.shops.example',
      RegionalCertificateArn: expect.stringContaining(':certificate/'),
      EndpointConfiguration: { Types: ['REGIONAL'] },
    });
  });

  test('leads to the stage, below its path', () => {
    const [stageId] = Object.keys(resourcesOf(template, 'AWS::ApiGateway::Stage'));
    expect(propertiesOf(template, 'AWS::ApiGateway::BasePathMapping')).toMatchObject([
      { BasePath: 'loyalty', Stage: { Ref: stageId } },
    ]);
    const [root] = propertiesOf(templateOf('with mutual TLS'), 'AWS::ApiGateway::BasePathMapping');
    expect(root.BasePath).toBeUndefined();
  });

  test('leads to the stage below a path of several segments, by the only kind of mapping that takes one', () => {
    const several = templateOf('with a domain and a path of two segments');
    const [apiId] = Object.keys(resourcesOf(several, 'AWS::ApiGateway::RestApi'));
    const [stageId] = Object.keys(resourcesOf(several, 'AWS::ApiGateway::Stage'));
    expect(propertiesOf(several, 'AWS::ApiGatewayV2::ApiMapping')).toMatchObject([
      { ApiId: { Ref: apiId }, ApiMappingKey: 'loyalty/look-ups', Stage: { Ref: stageId } },
    ]);
    expect(propertiesOf(several, 'AWS::ApiGateway::BasePathMapping')).toEqual([]);
    expect(several.Outputs.Endpoint.Value).toBe('https://lookups.shops.example/loyalty/look-ups/');
  });

  test("turns the API's own address off: no caller gets around the domain", () => {
    expect(apiOf('with a domain').DisableExecuteApiEndpoint).toBe(true);
    expect(apiOf('default').DisableExecuteApiEndpoint).toBeUndefined();
  });

  test('is in the output Endpoint, and DomainTarget says the target of its CNAME', () => {
    const { Endpoint, DomainTarget } = template.Outputs;
    expect(Endpoint.Value).toBe('https://lookups.shops.example/loyalty/');
    expect(DomainTarget.Value['Fn::GetAtt'][1]).toBe('RegionalDomainName');
    expect(templateOf('with mutual TLS').Outputs.Endpoint.Value).toBe('https://lookups.shops.example/');
    expect(templateOf('default').Outputs).not.toHaveProperty('DomainTarget');
  });
});

describe('TLS of a domain', () => {
  test('is 1.2 or 1.3 with the ciphers of old tills, on the API too, because its policy counts', () => {
    for (const each of [domainOf('with a domain'), apiOf('with a domain')]) {
      expect(each.SecurityPolicy).toBe('TLS_1_2');
      // Goes together with the newer policies alone.
      expect(each.EndpointAccessMode).toBeUndefined();
    }
  });

  test('follows the environment, on the API too', () => {
    for (const each of [domainOf('with a domain of today'), apiOf('with a domain of today')]) {
      expect(each).toMatchObject({ SecurityPolicy: 'SecurityPolicy_TLS13_1_3_2025_09', EndpointAccessMode: 'STRICT' });
    }
  });

  test('asks callers for a certificate of the truststore: mutual TLS', () => {
    expect(domainOf('with mutual TLS').MutualTlsAuthentication).toEqual({
      TruststoreUri: 's3://shops-truststore/tills.pem',
      TruststoreVersion: 'v1',
    });
    expect(domainOf('with a domain').MutualTlsAuthentication).toBeUndefined();
  });
});
