import { describe, expect, test } from '@jest/globals';
import type { EnvironmentUnderTest } from './environments-under-test.ts';
import { type CfnResource, propertiesOf, resourcesOf, statementsOf, templateOf } from './templates.ts';

const made = templateOf('in a network of its own');
const given = templateOf('in a given network');

describe.each<[EnvironmentUnderTest, number]>([
  ['in a network of its own', 2],
  ['in a given network', 2],
])('%s', (environment, subnets) => {
  const template = templateOf(environment);

  test('each function runs in private subnets, and accepts no connection there', () => {
    const [[groupId, group]] = Object.entries(resourcesOf(template, 'AWS::EC2::SecurityGroup')) as [
      [string, CfnResource],
    ];
    for (const { VpcConfig } of propertiesOf(template, 'AWS::Lambda::Function')) {
      expect(VpcConfig.SubnetIds).toHaveLength(subnets);
      expect(VpcConfig.SecurityGroupIds).toEqual([{ 'Fn::GetAtt': [groupId, 'GroupId'] }]);
    }
    expect(group.Properties.SecurityGroupIngress).toBeUndefined();
    expect(propertiesOf(template, 'AWS::EC2::SecurityGroupIngress')).toEqual([]);
    expect(group.Properties.SecurityGroupEgress).toMatchObject([{ IpProtocol: 'tcp' }]);
  });

  test('Lambda makes network interfaces by the role; the code of the function may not', () => {
    const own = statementsOf(template, 'lookaside-http').filter(({ Action }) => String(Action).includes('ec2:'));
    expect(own.map(({ Effect }) => Effect).sort()).toEqual(['Allow', 'Deny']);
    const [allowed, denied] = [...own].sort((one, other) => one.Effect.localeCompare(other.Effect));
    expect(denied.Action).toEqual(allowed.Action);
    const source = JSON.stringify(denied.Condition.ArnEquals['lambda:SourceFunctionArn']);
    expect(source).toContain(':function:lookaside-http');
  });
});

describe('a network that is made', () => {
  test('asks the upstream from fixed addresses, which an output names for its allow-list', () => {
    const addresses = Object.keys(resourcesOf(made, 'AWS::EC2::EIP'));
    const gateways = propertiesOf(made, 'AWS::EC2::NatGateway').map(
      ({ AllocationId }) => AllocationId['Fn::GetAtt'][0],
    );
    expect(addresses).toHaveLength(2);
    expect(gateways.sort()).toEqual(addresses.sort());
    const listed = made.Outputs.EgressAddresses.Value['Fn::Join'];
    expect(listed[0]).toBe('');
    expect(listed[1].filter((part: unknown) => part !== ',')).toEqual(addresses.map((Ref) => ({ Ref })));
  });

  test('reaches DynamoDB by a gateway endpoint, and reaches no other table by it', () => {
    const [endpoint] = propertiesOf(made, 'AWS::EC2::VPCEndpoint');
    expect(endpoint.VpcEndpointType).toBe('Gateway');
    expect(endpoint.ServiceName['Fn::Join'][1].at(-1)).toBe('.dynamodb');
    const [tableId] = Object.keys(resourcesOf(made, 'AWS::DynamoDB::Table'));
    expect(endpoint.PolicyDocument.Statement.map(({ Resource }: { Resource: unknown }) => Resource)).toEqual([
      { 'Fn::GetAtt': [tableId, 'Arn'] },
    ]);
  });

  test('gives only its NAT gateways a public address', () => {
    for (const { MapPublicIpOnLaunch } of propertiesOf(made, 'AWS::EC2::Subnet')) {
      expect(MapPublicIpOnLaunch).toBe(false);
    }
  });

  test('writes refused connections to a log', () => {
    expect(propertiesOf(made, 'AWS::EC2::FlowLog')).toMatchObject([{ TrafficType: 'REJECT' }]);
  });

  test('uses two availability zones without asking the account for their names', () => {
    const zones = propertiesOf(made, 'AWS::EC2::Subnet').map(({ AvailabilityZone }) => AvailabilityZone);
    expect(new Set(zones.map((zone) => JSON.stringify(zone))).size).toBe(2);
    for (const zone of zones) expect(zone['Fn::Select'][1]).toEqual({ 'Fn::GetAZs': '' });
  });
});

test('a given network does not change: its owner keeps its route tables', () => {
  for (const type of ['VPC', 'Subnet', 'NatGateway', 'EIP', 'VPCEndpoint', 'Route']) {
    expect(propertiesOf(given, `AWS::EC2::${type}`)).toEqual([]);
  }
  expect(given.Outputs).not.toHaveProperty('EgressAddresses');
});

test('without a network, functions run in Lambda’s own', () => {
  const template = templateOf('default');
  for (const { VpcConfig } of propertiesOf(template, 'AWS::Lambda::Function')) expect(VpcConfig).toBeUndefined();
  expect(JSON.stringify(statementsOf(template, 'lookaside-http'))).not.toContain('ec2:');
});

describe('a private API', () => {
  const [api] = propertiesOf(templateOf('reached by endpoints'), 'AWS::ApiGateway::RestApi');
  const statements = api.Policy.Statement;

  test('is reached by the endpoints that the environment names', () => {
    expect(api.EndpointConfiguration).toEqual({ Types: ['PRIVATE'], VpcEndpointIds: ['vpce-0123456789abcdef0'] });
  });

  test('refuses every request that comes by another way', () => {
    expect(statements).toContainEqual({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'execute-api:Invoke',
      Resource: 'execute-api:/*',
      Condition: { StringNotEquals: { 'aws:SourceVpce': ['vpce-0123456789abcdef0'] } },
    });
  });

  test('allows the routes that take no signature, and leaves cache administration to IAM', () => {
    const [{ Resource: allowed }] = statements.filter(({ Effect }: { Effect: string }) => Effect === 'Allow');
    expect(allowed).toEqual(
      expect.arrayContaining(['execute-api:/live/*/v2/customers/lookup/customerDetails', 'execute-api:/live/*/health']),
    );
    for (const resource of allowed) {
      expect(resource).not.toContain('/cache');
      // The requests that a wildcard at the end would include.
      expect(resource).toMatch(/[^*]$/);
    }
  });

  test('is reached by an endpoint that the stack makes, inside the network that the stack makes', () => {
    const template = templateOf('reached by an endpoint that is made');
    const [[endpointId]] = Object.entries(resourcesOf(template, 'AWS::EC2::VPCEndpoint')).filter(
      ([, { Properties }]) => Properties.VpcEndpointType === 'Interface',
    ) as [[string, unknown]];
    const [made] = propertiesOf(template, 'AWS::ApiGateway::RestApi');
    expect(made.EndpointConfiguration.VpcEndpointIds).toEqual([{ Ref: endpointId }]);
  });
});
