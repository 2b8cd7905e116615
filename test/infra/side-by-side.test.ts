import { describe, expect, test } from '@jest/globals';
import type { DeploymentEnvironment } from '../../infra/deployment-environment.ts';
import { EnvironmentError } from '../../infra/environment-rules.ts';
import { checkSideBySide } from '../../infra/side-by-side.ts';
import { type Template, templateOf } from './templates.ts';

/** Names that are unique inside another resource only, by the resource's type. */
const INNER_NAMES: Readonly<Record<string, readonly string[]>> = {
  // The name of the resource that an alarm watches.
  'AWS::CloudWatch::Alarm': ['MetricName'],
  // Of a stage inside its API, of an alias inside its function, of a policy inside its role.
  'AWS::ApiGateway::Stage': ['StageName'],
  'AWS::Lambda::Alias': ['Name'],
  'AWS::IAM::Policy': ['PolicyName'],
};

/**
 * Properties that name something else than the resource: the target of an alarm, the way in which AWS moves traffic.
 */
const NAMES_OF_OTHERS = ['MetricName', 'DeploymentConfigName'];

/** The names that a template gives to its resources: texts that an account and region may hold once. */
function physicalNamesOf({ Resources, Outputs }: Template): readonly string[] {
  const ofResources = Object.values(Resources).flatMap(({ Type, Properties = {} }) =>
    Object.entries(Properties)
      .filter(
        ([property]) =>
          /Name$|^Id$/.test(property) && ![...NAMES_OF_OTHERS, ...(INNER_NAMES[Type] ?? [])].includes(property),
      )
      .filter((each): each is [string, string] => typeof each[1] === 'string')
      .map(([property, name]) => `${Type}.${property}: ${name}`),
  );
  const ofExports = Object.values(Outputs ?? {}).flatMap(({ Export }) => (Export === undefined ? [] : [Export.Name]));
  return [...ofResources, ...ofExports];
}

describe('two environments in one account and region', () => {
  const [one, other] = [templateOf('side by side, one'), templateOf('side by side, other')] as const;

  test('have no physical name in common', () => {
    const names = new Set(physicalNamesOf(one));
    expect(physicalNamesOf(other).filter((name) => names.has(name))).toEqual([]);
  });

  test('have names that begin with the environment’s own prefix', () => {
    const names = physicalNamesOf(one);
    expect(names).toEqual(
      expect.arrayContaining([
        'AWS::Lambda::Function.FunctionName: lookaside-one-http',
        'AWS::Logs::LogGroup.LogGroupName: /aws/lambda/lookaside-one-invalidate',
        'AWS::ApiGateway::ApiKey.Name: lookaside-one-kiosk',
      ]),
    );
    for (const name of names) expect(name).toMatch(/: .*lookaside-one/);
  });

  test('have the same resources: they differ only in name and numbers', () => {
    const typesOf = ({ Resources }: Template) => Object.values(Resources).map(({ Type }) => Type);
    expect(typesOf(other).sort()).toEqual(typesOf(one).sort());
  });
});

describe('environments that collide are refused', () => {
  const pinned = (account: string, region: string) => ({ account, region });
  const here = pinned('111122223333', 'eu-west-1');
  const elsewhere = pinned('111122223333', 'ap-south-1');
  const owner = { ownsGatewayLogRole: true };
  const domain = { name: 'lookups.shops.example', certificateArn: 'arn:aws:acm:ap-south-1:111122223333:certificate/1' };

  test.each<[string, Partial<DeploymentEnvironment>, Partial<DeploymentEnvironment>, string]>([
    [
      'one name',
      {},
      { name: 'one', prefix: 'tills' },
      'The environments one and one have the same name; allowed is a different name for each.',
    ],
    [
      'one prefix',
      { prefix: 'tills' },
      { prefix: 'tills' },
      'The environments one and other have the prefix tills; allowed is a different prefix, account or region for each.',
    ],
    [
      'a prefix that another name makes',
      {},
      { prefix: 'lookaside-one' },
      'The environments one and other have the prefix lookaside-one; allowed is a different prefix, account or region for each.',
    ],
    [
      'one prefix, one pinned and the other not',
      { prefix: 'tills', ...here },
      { prefix: 'tills' },
      'The environments one and other have the prefix tills; allowed is a different prefix, account or region for each.',
    ],
    [
      'two owners of the role of the gateway’s logs',
      owner,
      owner,
      'The environments one and other both have ownsGatewayLogRole; allowed is one in an account and region.',
    ],
    [
      'one domain',
      { domain },
      { domain },
      'The environments one and other have the domain lookups.shops.example; allowed is a different domain or region for each.',
    ],
    [
      // API Gateway has each name once in a region, for all accounts.
      'one domain in two accounts',
      { domain, ...here },
      { domain, ...pinned('444455556666', 'eu-west-1') },
      'The environments one and other have the domain lookups.shops.example; allowed is a different domain or region for each.',
    ],
    [
      'a region that passes purges on and gets none',
      { prefix: 'tills', ...here, otherRegions: ['ap-south-1'] },
      { prefix: 'tills', ...elsewhere },
      'otherRegions of one has ap-south-1, and otherRegions of other has no eu-west-1; allowed is both or neither: a purge ' +
        'or an event reaches every region only if each names all others.',
    ],
    [
      'the same the other way round',
      { prefix: 'tills', ...here, otherRegions: ['me-central-1'] },
      { prefix: 'tills', ...elsewhere, otherRegions: ['eu-west-1'] },
      'otherRegions of other has eu-west-1, and otherRegions of one has no ap-south-1; allowed is both or neither: a purge ' +
        'or an event reaches every region only if each names all others.',
    ],
  ])('%s', (_fault, one, other, message) => {
    const environments = [
      { name: 'one', ...one },
      { name: 'other', ...other },
    ];
    expect(() => checkSideBySide(environments)).toThrow(new EnvironmentError(message));
  });

  test.each<[string, Partial<DeploymentEnvironment>, Partial<DeploymentEnvironment>]>([
    ['one prefix in two regions', { prefix: 'tills', ...here }, { prefix: 'tills', ...elsewhere }],
    [
      'two regions that name each other',
      { prefix: 'tills', ...here, otherRegions: ['ap-south-1'] },
      { prefix: 'tills', ...elsewhere, otherRegions: ['eu-west-1'] },
    ],
    [
      'a region of another fleet',
      { prefix: 'tills', ...here, otherRegions: ['ap-south-1'] },
      { prefix: 'kiosks', ...elsewhere },
    ],
    ['one domain in two regions', { domain, ...here }, { domain, ...elsewhere }],
    ['one owner of the role', owner, {}],
    ['an owner in each region', { ...owner, ...here }, { ...owner, ...elsewhere }],
  ])('%s is no collision', (_case, one, other) => {
    const environments = [
      { name: 'one', ...one },
      { name: 'other', ...other },
    ];
    expect(() => checkSideBySide(environments)).not.toThrow();
  });
});
