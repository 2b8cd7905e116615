import { describe, expect, test } from '@jest/globals';
import { checkEnvironment } from '../../infra/environment-rules.ts';
import { ENVIRONMENTS } from '../../infra/environments.ts';
import { propertiesOf, resourcesOf, statementsOf, templateOf } from './templates.ts';

const template = templateOf('with a canary');
const NAME = 'lookaside-canary';
const [canary] = propertiesOf(template, 'AWS::Lambda::Function').filter(({ FunctionName }) => FunctionName === NAME);

/** The reference to its key's value: never the value itself. */
const [keySecretId] = Object.entries(resourcesOf(template, 'AWS::SecretsManager::Secret'))
  .filter(([, { Properties }]) => String(Properties.Description).includes('canary'))
  .map(([id]) => id);
const KEY_VALUE = { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: keySecretId }, ':SecretString:::}}']] };

describe('the canary', () => {
  test('may write its own log, and nothing else', () => {
    expect(statementsOf(template, NAME)).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': [canary.LoggingConfig.LogGroup.Ref, 'Arn'] },
      },
    ]);
  });

  test('gets a refusal from the table, like every identity except the four functions', () => {
    const [table] = propertiesOf(template, 'AWS::DynamoDB::GlobalTable');
    const policy = JSON.stringify(table ?? propertiesOf(template, 'AWS::DynamoDB::Table')[0]);
    expect(policy).not.toContain(canary.Role['Fn::GetAtt'][0]);
  });

  test('runs every five minutes; a run that failed is not repeated, and its event is kept nowhere', () => {
    const [rule] = propertiesOf(template, 'AWS::Events::Rule');
    expect(rule).toMatchObject({ Name: NAME, ScheduleExpression: 'rate(5 minutes)', State: 'ENABLED' });
    expect(rule.Targets).toHaveLength(1);
    expect(rule.Targets[0]).toMatchObject({ RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } });
    expect(rule.Targets[0]).not.toHaveProperty('DeadLetterConfig');
    expect(rule.Targets[0]).not.toHaveProperty('Input');
  });

  test('is told the address of the API and the value of its key, and no secret of the other functions', () => {
    const { Variables } = canary.Environment;
    expect(Object.keys(Variables).sort()).toEqual(['CANARY_KEY', 'CANARY_URL', 'METRICS_ENVIRONMENT']);
    expect(Variables.CANARY_KEY).toEqual(KEY_VALUE);
    expect(JSON.stringify(Variables.CANARY_URL)).toContain('.execute-api.');
  });

  test('names its address in the description of its version, so that another address makes another version', () => {
    const versions = propertiesOf(template, 'AWS::Lambda::Version').map(({ Description }) =>
      JSON.stringify(Description),
    );
    expect(versions).toHaveLength(5);
    expect(versions.filter((each) => each.includes('.execute-api.'))).toHaveLength(1);
    expect(versions.join()).not.toContain('undefined');
  });

  test('has a key of its own, in a plan of two look-ups a second', () => {
    const [key] = propertiesOf(template, 'AWS::ApiGateway::ApiKey').filter((each) => each.Name === NAME);
    expect(key).toMatchObject({ Enabled: true, Value: KEY_VALUE });
    const [plan] = propertiesOf(template, 'AWS::ApiGateway::UsagePlan').filter((each) => each.UsagePlanName === NAME);
    expect(plan.Throttle).toEqual({ RateLimit: 2, BurstLimit: 5 });
  });

  test('encrypts its environment and its log by the key of the stack, and may use that key through Lambda only', () => {
    expect(canary).toHaveProperty('KmsKeyArn');
    const [key] = propertiesOf(template, 'AWS::KMS::Key');
    const named = key.KeyPolicy.Statement.filter(({ Principal }: { Principal: unknown }) =>
      JSON.stringify(Principal).includes(canary.Role['Fn::GetAtt'][0]),
    );
    expect(named).toHaveLength(1);
    expect(named[0].Condition).toEqual({
      StringEquals: { 'kms:ViaService': [{ 'Fn::Join': ['', ['lambda.', { Ref: 'AWS::Region' }, '.amazonaws.com']] }] },
    });
  });

  test('has an alarm of its own: two of three runs found a problem, or did not happen', () => {
    const alarms = propertiesOf(template, 'AWS::CloudWatch::Alarm');
    expect(alarms.find(({ AlarmName }) => AlarmName === NAME)).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 300,
      Threshold: 0,
      DatapointsToAlarm: 2,
      EvaluationPeriods: 3,
      TreatMissingData: 'breaching',
    });
  });
});

/** The method and path at the end of an ARN. */
function callOf(arn: { readonly 'Fn::Join': readonly [string, readonly unknown[]] }): string {
  const [, call = ''] = /\/(?:live|\*)\/(.*)$/.exec(String(arn['Fn::Join'][1].at(-1))) ?? [];
  return call;
}

describe.each(['with signed look-ups and a throttle', 'with signed look-ups by an HTTP API'] as const)(
  'the canary of an environment %s',
  (name) => {
    const signed = templateOf(name);
    const [lambda] = propertiesOf(signed, 'AWS::Lambda::Function').filter(({ FunctionName }) => FunctionName === NAME);

    test('signs: it has no key, and no secret', () => {
      expect(Object.keys(lambda.Environment.Variables).sort()).toEqual([
        'CANARY_AUTH',
        'CANARY_URL',
        'METRICS_ENVIRONMENT',
      ]);
      expect(lambda.Environment.Variables.CANARY_AUTH).toBe('iam');
      expect(propertiesOf(signed, 'AWS::ApiGateway::ApiKey')).toEqual([]);
      const secrets = propertiesOf(signed, 'AWS::SecretsManager::Secret').map(({ Description }) => String(Description));
      expect(secrets.filter((each) => each.includes('canary'))).toEqual([]);
    });

    test('may sign look-ups and write its log, and nothing else', () => {
      const [log, sign, ...others] = statementsOf(signed, NAME);
      expect(log.Action).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
      expect([sign.Action, others]).toEqual(['execute-api:Invoke', []]);
      expect(sign.Resource.map(callOf).sort()).toEqual([
        'GET/v1.1/customer/get',
        'GET/v2/customers/lookup/customerDetails',
      ]);
    });
  },
);

test('follows the environment in its interval and its APIs, and its alarm looks at an equally long time', () => {
  const other = templateOf('with events expected');
  expect(propertiesOf(other, 'AWS::Events::Rule')).toMatchObject([{ ScheduleExpression: 'rate(15 minutes)' }]);
  const [lambda] = propertiesOf(other, 'AWS::Lambda::Function').filter(({ FunctionName }) => FunctionName === NAME);
  expect(lambda.Environment.Variables.CANARY_APIS).toBe('v2');
  const alarms = propertiesOf(other, 'AWS::CloudWatch::Alarm');
  expect(alarms.find(({ AlarmName }) => AlarmName === NAME)).toMatchObject({ Period: 900 });
});

test('asks by the primary identifier if dual eligibility is on: the service stores no answer to another one', () => {
  const [lambda] = propertiesOf(templateOf('with a canary and dual eligibility'), 'AWS::Lambda::Function').filter(
    ({ FunctionName }) => FunctionName === NAME,
  );
  expect(lambda.Environment.Variables).toMatchObject({ CANARY_IDENTIFIER: 'mobile', CANARY_APIS: 'v1.1,v2' });
});

test('exists only if the environment says so; production does', () => {
  const names = propertiesOf(templateOf('default'), 'AWS::Lambda::Function').map(({ FunctionName }) => FunctionName);
  expect(names).not.toContain(NAME);
  expect(ENVIRONMENTS.production?.canary).toEqual({ everyMinutes: 5 });
});

describe('a canary that could not ask fails the synthesis:', () => {
  const CERTIFICATE = 'arn:aws:acm:ap-south-1:111122223333:certificate/00000000-0000-0000-0000-000000000000';
  test.each<[object, RegExp]>([
    [{ canary: { everyMinutes: 7 } }, /canary is \{"everyMinutes":7\}; allowed is "off", or an object of everyMinutes/],
    [{ canary: { every: 5 } }, /canary is/],
    [{ canary: 'on' }, /canary is "on"/],
    [{ canary: { apis: [] } }, /canary is/],
    [{ canary: { apis: ['v2', 'v2'] } }, /canary is/],
    [{ canary: {}, privateEndpoints: ['vpce-0123456789abcdef0'] }, /canary and privateEndpoints are both set/],
    [
      {
        canary: {},
        domain: {
          name: 'lookups.shops.example',
          certificateArn: CERTIFICATE,
          truststore: { uri: 's3://shops-truststore/tills.pem' },
        },
      },
      /canary and domain\.truststore are both set/,
    ],
    [
      { canary: {}, apiKeys: ['till', 'canary'] },
      /apiKeys has "canary" and there is a canary; allowed is another name/,
    ],
    [{ canary: {}, settings: { NOT_FOUND_FRESH_SECONDS: '0' } }, /NOT_FOUND_FRESH_SECONDS is 0/],
    [{ canary: {}, settings: { NOT_FOUND_FRESH_SECONDS: ' 00' } }, /NOT_FOUND_FRESH_SECONDS is 0/],
    [
      { canary: {}, callers: { tills: { throttle: { perSecond: 5, burst: 5 }, quota: { lookups: 9, per: 'DAY' } } } },
      /canary is set and no class of callers is the default/,
    ],
    [
      { canary: {}, auth: 'iam', callers: { tills: { isDefault: true, sources: ['WECHAT'] } } },
      /callers\.tills\.sources has no INSTORE; allowed is a default class that may ask for INSTORE\./,
    ],
    ...['no-cache', 'max-stale=5, no-store', 'only-if-cached', 'max-age=0'].map((cacheControl): [object, RegExp] => [
      { canary: {}, auth: 'iam', callers: { tills: { isDefault: true, cacheControl } } },
      new RegExp(`callers\\.tills\\.cacheControl is "${cacheControl}"; allowed is a default class whose`),
    ]),
    [
      { canary: { everyMinutes: 1 }, settings: { GUARD_NOT_FOUND_LIMIT: '43' } },
      /GUARD_NOT_FOUND_LIMIT is 43; allowed is 0, or 44 or more: the canary finds no customer up to 44 times in 10/,
    ],
    [
      { canary: {}, auth: { issuer: 'https://login.shops.example', audiences: ['a'] }, front: 'http' },
      /canary is set and auth is a token/,
    ],
  ])('%j', (changes, message) => {
    expect(() => checkEnvironment({ name: 'test', ...changes } as never)).toThrow(message);
  });

  test.each([
    [{ canary: 'off' }],
    [{ canary: {} }],
    [{ canary: {}, auth: 'iam' }],
    [{ canary: {}, auth: 'iam', callers: { tills: { isDefault: true, cacheControl: 'max-age=60', waitMs: 1 } } }],
    [{ canary: {}, auth: 'iam', callers: { tills: { isDefault: true }, kiosks: { sources: ['WECHAT'] } } }],
    [{ canary: { everyMinutes: 1 }, settings: { GUARD_NOT_FOUND_LIMIT: '44' } }],
    [{ canary: { everyMinutes: 1, apis: ['v2'] }, settings: { GUARD_NOT_FOUND_LIMIT: '22' } }],
    [{ canary: {}, settings: { GUARD_NOT_FOUND_LIMIT: '20' } }],
    [{ apiKeys: ['till', 'canary'] }],
    [{ canary: { everyMinutes: 60, apis: ['v1.1', 'v2'] } }],
  ])('but not %j', (changes) => {
    expect(() => checkEnvironment({ name: 'test', ...changes } as never)).not.toThrow();
  });
});
