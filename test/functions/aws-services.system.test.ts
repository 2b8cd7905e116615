import { describe, expect, test } from '@jest/globals';
import { lambdaConnection, secretsConnection } from '../../functions/aws-services.ts';
import { type Environment, parseSettings } from '../../functions/settings/settings.ts';

/** The variables that Lambda sets, and those of a deployment with a secret. */
const DEPLOYED: Environment = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'made-up-id',
  AWS_SECRET_ACCESS_KEY: 'made-up-key',
  AWS_SESSION_TOKEN: 'made-up-token',
  UPSTREAM_BASE_URL: 'https://upstream.example',
  UPSTREAM_CREDENTIALS_ARN: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:lookaside/upstream-AbCdEf',
  CACHE_KEY_SECRET: 'made up',
};

const connections = (changes: Environment = {}) => {
  const settings = parseSettings({ ...DEPLOYED, ...changes });
  return [secretsConnection(settings)?.url.href, lambdaConnection(settings)?.url.href];
};

const SECRETS = 'https://secretsmanager.eu-west-1.amazonaws.com/';
const LAMBDA = 'https://lambda.eu-west-1.amazonaws.com/';

test('a deployed function asks Secrets Manager and Lambda without the AWS SDK, as its own role', () => {
  expect(connections()).toEqual([SECRETS, LAMBDA]);
  expect(secretsConnection(parseSettings(DEPLOYED))).toMatchObject({
    service: 'secretsmanager',
    region: 'eu-west-1',
    credentials: { accessKeyId: 'made-up-id', sessionToken: 'made-up-token' },
  });
});

describe('the service uses the AWS SDK to ask', () => {
  test.each<[string, Environment, readonly (string | undefined)[]]>([
    ['both, with STORE_READER=sdk', { STORE_READER: 'sdk' }, [undefined, undefined]],
    [
      'both, if only the SDK knows the credentials',
      { AWS_SESSION_TOKEN: '', AWS_PROFILE: 'shop' },
      [undefined, undefined],
    ],
    ['both, in regions of another partition', { AWS_REGION: 'cn-north-1' }, [undefined, undefined]],
    [
      'a secret of another region',
      { UPSTREAM_CREDENTIALS_ARN: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:lookaside/upstream-AbCdEf' },
      [undefined, LAMBDA],
    ],
  ])('%s', (_title, changes, expected) => {
    expect(connections(changes)).toEqual(expected);
  });
});

test("a secret that is named without its region is in the function's own", () => {
  expect(connections({ UPSTREAM_CREDENTIALS_ARN: 'lookaside/upstream' })).toEqual([SECRETS, LAMBDA]);
});

test('no secret is read if the environment holds the credentials', () => {
  const inline = { UPSTREAM_CREDENTIALS_ARN: '', UPSTREAM_CREDENTIALS: '{"username":"till","password":"made up"}' };
  expect(connections(inline)).toEqual([undefined, LAMBDA]);
});
