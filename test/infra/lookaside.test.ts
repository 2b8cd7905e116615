import { describe, expect, test } from '@jest/globals';
import { App, Duration, type Environment, Stack } from 'aws-cdk-lib';
import { Template as Assertions } from 'aws-cdk-lib/assertions';
import { DomainName, type IDomainName } from 'aws-cdk-lib/aws-apigateway';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Lookaside, type LookasideProps } from '../../infra/lookaside.ts';
import { LOOKUP_PATHS } from '../../infra/routes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { CDK_CONTEXT, withStandInBundles } from './create-stack.ts';
import { propertiesOf, type Template } from './templates.ts';

/** The place of their stack, and a domain of theirs. */
interface Where {
  readonly env?: Environment;
  readonly domainNameOf?: (stack: Stack) => IDomainName;
}

/** Another team's stack that uses the construct. */
function embed(
  use: (lookaside: Lookaside, stack: Stack) => void = () => undefined,
  { webAclArn, ...chosen }: Partial<LookasideProps['environment']> & Pick<LookasideProps, 'webAclArn'> = {},
  { domainNameOf, env }: Where = {},
): {
  readonly lookaside: Lookaside;
  readonly template: Template;
} {
  return withStandInBundles((bundles) => {
    const context = { ...CDK_CONTEXT };
    const app = new App({ context, builtinCloudFormationValidation: false, outdir: temporaryFolder() });
    const stack = new Stack(app, 'Theirs', env && { env });
    const environment = { name: 'theirs', upstreamBaseUrl: 'https://upstream.example', ...chosen };
    const acl = webAclArn === undefined ? {} : { webAclArn };
    const domainName = domainNameOf?.(stack);
    const theirs = { ...acl, ...(domainName && { domainName }) };
    const lookaside = new Lookaside(stack, 'Lookaside', { environment, bundles, ...theirs });
    use(lookaside, stack);
    return { lookaside, template: Assertions.fromStack(stack).toJSON() as Template };
  });
}

/** The actions that a role of that stack may do. */
function statementsOf(template: Template, policyOf: string) {
  return propertiesOf(template, 'AWS::IAM::Policy')
    .filter(({ Roles }) => Roles.some(({ Ref }: { Ref: string }) => Ref.startsWith(policyOf)))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

const { template } = embed((lookaside, stack) => {
  const lambda = new ServicePrincipal('lambda.amazonaws.com');
  lookaside.grantLookup(new Role(stack, 'Caller', { assumedBy: lambda }));
  lookaside.grantPurge(new Role(stack, 'Operator', { assumedBy: lambda }));
  lookaside.grantCall(new Role(stack, 'Till', { assumedBy: lambda }));
});

describe('the construct', () => {
  test('brings all of Lookaside into another stack, without parameters or outputs of its own', () => {
    const names = propertiesOf(template, 'AWS::Lambda::Function').map(({ FunctionName }) => FunctionName);
    expect(names.sort()).toEqual(
      ['http', 'invalidate', 'invoke', 'revalidate'].map((entry) => `lookaside-theirs-${entry}`),
    );
    expect(template.Parameters).not.toHaveProperty('UpstreamBaseUrl');
    expect(template.Outputs ?? {}).toEqual({});
  });

  test('grantLookup lets a role invoke the function for other functions, and nothing else', () => {
    const statements = statementsOf(template, 'Caller');
    expect(statements).toMatchObject([{ Effect: 'Allow', Action: 'lambda:InvokeFunction' }]);
    expect(JSON.stringify(statements[0].Resource)).toContain('LookasideInvoke');
  });

  test('grantPurge lets a role call cache administration, and nothing else of the API', () => {
    const statements = statementsOf(template, 'Operator');
    expect(statements).toMatchObject([{ Effect: 'Allow', Action: 'execute-api:Invoke' }]);
    expect(JSON.stringify(statements[0].Resource)).toMatch(/\/live\/DELETE\/cache\/\*/);
  });

  test('grantCall lets a role sign look-ups, and nothing of cache administration', () => {
    const statements = statementsOf(template, 'Till');
    expect(statements).toMatchObject([{ Effect: 'Allow', Action: 'execute-api:Invoke' }]);
    const resources = JSON.stringify(statements[0].Resource);
    for (const path of LOOKUP_PATHS) expect(resources).toContain(`/live/*${path}`);
    expect(resources).not.toContain('/cache');
  });

  test('takes no web ACL for an HTTP API, which has no place for it', () => {
    const webAclArn = 'arn:aws:wafv2:ap-south-1:111122223333:regional/webacl/theirs/1';
    expect(() => embed(undefined, { auth: 'iam', front: 'http', webAclArn })).toThrow(
      'webAclArn is set and front is "http"',
    );
    expect(() => embed(undefined, { auth: 'iam', webAclArn })).not.toThrow();
  });

  test('metricHitRatio is the share of hits, fresh and stale, of the answered look-ups', () => {
    const { lookaside } = embed();
    const { mathExpression } = lookaside.metricHitRatio(Duration.minutes(1)).toMetricConfig();
    const { expression = '', usingMetrics = {} } = mathExpression ?? {};
    const counted = { hit: 6, stale: 2, collapsed: 4, miss: 5, request: 2, bypass: 1, pending: 3 };
    expect(Object.keys(usingMetrics).sort()).toEqual(Object.keys(counted).sort());
    for (const [id, metric] of Object.entries(usingMetrics)) {
      const { metricStat } = metric.toMetricConfig();
      expect(metricStat).toMatchObject({ namespace: 'Lookaside', statistic: 'Sum', period: Duration.minutes(1) });
      expect(metricStat?.metricName.toLowerCase()).toBe(id);
    }
    // The expression, read as arithmetic.
    const filled = expression.replace(/FILL\((\w+), 0\)/g, (_all, id: keyof typeof counted) => String(counted[id]));
    expect(filled).toBe('100 * (6 + 2) / (6 + 2 + 4 + 5 + 2 + 1 + 3)');
  });
});

describe('a domain of theirs', () => {
  const { lookaside, template: theirs } = embed(
    undefined,
    { canary: {} },
    {
      domainNameOf: (stack) =>
        DomainName.fromDomainNameAttributes(stack, 'Domain', {
          domainName: 'shops.example',
          domainNameAliasTarget: 'd-1.execute-api.ap-south-1.amazonaws.com',
          domainNameAliasHostedZoneId: 'Z1',
        }),
    },
  );

  test("is the address, because the API's own is off", () => {
    const [api] = propertiesOf(theirs, 'AWS::ApiGateway::RestApi');
    expect(api.DisableExecuteApiEndpoint).toBe(true);
    expect(lookaside.url).toBe('https://shops.example/');
  });

  test('is what the canary asks', () => {
    const [canary] = propertiesOf(theirs, 'AWS::Lambda::Function').filter(({ FunctionName }) =>
      FunctionName.endsWith('-canary'),
    );
    expect(canary.Environment.Variables.CANARY_URL).toBe('https://shops.example/');
  });
});

describe('a pinned environment', () => {
  const pinned = { account: '111122223333', region: 'ap-south-1' };

  test('is taken by a stack of its account and region', () => {
    expect(() => embed(undefined, pinned, { env: pinned })).not.toThrow();
  });

  test.each<[Environment | undefined, string]>([
    [{ ...pinned, region: 'eu-west-1' }, 'and its stack is in 111122223333, eu-west-1; allowed is one place for both'],
    [undefined, 'and its stack has no account and region; allowed is one place for both (env of the stack).'],
  ])('is refused by the stack of %j', (env, message) => {
    expect(() => embed(undefined, pinned, env === undefined ? {} : { env })).toThrow(message);
  });
});

describe('two of them in one app', () => {
  /** An app with two stacks, each with one. */
  function embedTwo(names: readonly [string, string], places: readonly (Environment | undefined)[] = []) {
    withStandInBundles((bundles) => {
      const app = new App({ context: { ...CDK_CONTEXT }, outdir: temporaryFolder() });
      for (const [position, name] of names.entries()) {
        const env = places[position];
        const stack = new Stack(app, `Theirs${position}`, env && { env });
        const environment = { name, prefix: 'theirs', upstreamBaseUrl: 'https://upstream.example' };
        new Lookaside(stack, 'Lookaside', { environment, bundles });
      }
    });
  }

  test('are refused if their names collide', () => {
    expect(() => embedTwo(['one', 'other'])).toThrow('The environments one and other have the prefix theirs');
  });

  test('are taken in two regions', () => {
    const [here, there] = ['ap-south-1', 'eu-west-1'].map((region) => ({ account: '111122223333', region }));
    expect(() => embedTwo(['one', 'other'], [here, there])).not.toThrow();
    expect(() => embedTwo(['one', 'other'], [here, here])).toThrow('have the prefix theirs');
  });
});

describe('settings that are too long for Lambda', () => {
  const long = `id,${Array.from({ length: 200 }, (_, n) => `extendedFields(field_${n})`).join(',')}`;

  test.each([
    ['one of them', { PROFILE_FIELDS: cut(4000) }],
    ['two of them together', { PROFILE_FIELDS: cut(2000), PROFILE_FIELDS_V1: cut(2000) }],
  ])('are refused in one line that names the longest: %s', (_case, settings) => {
    expect(() => embed(undefined, { settings })).toThrow(
      /^The settings of lookaside-theirs-\w+ have \d{4} bytes; allowed is 4096, since Lambda takes no more\. The longest are PROFILE_FIELDS/,
    );
  });

  test('are taken up to that', () => {
    expect(() => embed(undefined, { settings: { PROFILE_FIELDS: cut(2500) } })).not.toThrow();
  });

  /** A projection of so many characters at most. */
  function cut(length: number): string {
    return long.slice(0, long.lastIndexOf(',', length));
  }
});

test('a wrong environment is refused before anything is made, in one line', () => {
  const build = () =>
    withStandInBundles((bundles) => {
      const environment = { name: 'theirs', upstreamBaseUrl: 'https://upstream.example', memoryMb: 64 };
      return new Lookaside(new Stack(new App({ outdir: temporaryFolder() })), 'Lookaside', { environment, bundles });
    });
  expect(build).toThrow('memoryMb is 64; allowed is a whole number, 512 to 10240.');
});
