import { describe, expect, test } from '@jest/globals';
import { readAwsEnvironment } from '../../../functions/settings/aws-environment.ts';

/** What Lambda sets. */
const LAMBDA = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'made-up-id',
  AWS_SECRET_ACCESS_KEY: 'made-up-key',
  AWS_SESSION_TOKEN: 'made-up-token',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
};
const credentials = { accessKeyId: 'made-up-id', secretAccessKey: 'made-up-key', sessionToken: 'made-up-token' };

test("Lambda's environment contains everything", () => {
  expect(readAwsEnvironment(LAMBDA)).toEqual({
    region: 'eu-west-1',
    dynamoDbUrl: 'https://dynamodb.eu-west-1.amazonaws.com',
    secretsManagerUrl: 'https://secretsmanager.eu-west-1.amazonaws.com',
    lambdaUrl: 'https://lambda.eu-west-1.amazonaws.com',
    credentials,
    initializationType: 'on-demand',
  });
});

test('a user has no session token', () => {
  const { sessionToken: _, ...ofUser } = credentials;
  expect(readAwsEnvironment({ ...LAMBDA, AWS_SESSION_TOKEN: ' ' }).credentials).toEqual(ofUser);
});

test.each([
  ['AWS_ENDPOINT_URL_DYNAMODB', 'dynamoDbUrl'],
  ['AWS_ENDPOINT_URL_SECRETS_MANAGER', 'secretsManagerUrl'],
  ['AWS_ENDPOINT_URL_LAMBDA', 'lambdaUrl'],
] as const)('%s takes precedence, for that service alone', (name, url) => {
  const given = { [name]: 'http://127.0.0.1:8000', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
  const { dynamoDbUrl, secretsManagerUrl, lambdaUrl } = readAwsEnvironment({ ...LAMBDA, ...given });
  const none = { dynamoDbUrl: undefined, secretsManagerUrl: undefined, lambdaUrl: undefined };
  expect({ dynamoDbUrl, secretsManagerUrl, lambdaUrl }).toEqual({ ...none, [url]: 'http://127.0.0.1:8000' });
});

test.each(['us-east-1', 'ap-southeast-2', 'us-gov-west-1', 'me-central-1', 'il-central-1'])('%s is known', (region) => {
  const { dynamoDbUrl } = readAwsEnvironment({ ...LAMBDA, AWS_REGION: region });
  expect(dynamoDbUrl).toBe(`https://dynamodb.${region}.amazonaws.com`);
});

describe('only the AWS SDK can find the address', () => {
  test.each([
    ['AWS_REGION', ''],
    ['AWS_REGION', 'local'],
    ['AWS_REGION', 'cn-north-1'],
    ['AWS_REGION', 'us-iso-east-1'],
    ['AWS_REGION', 'eusc-de-east-1'],
    ['AWS_REGION', 'eu-west-1.example.com/'],
    ['AWS_ENDPOINT_URL', 'http://127.0.0.1:9'],
    ['AWS_USE_FIPS_ENDPOINT', 'true'],
    ['AWS_USE_DUALSTACK_ENDPOINT', 'true'],
    ['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'true'],
    ['AWS_ACCOUNT_ID_ENDPOINT_MODE', 'required'],
    ['AWS_PROFILE', 'shop'],
  ])('with %s=%s', (name, value) => {
    const { dynamoDbUrl, secretsManagerUrl, lambdaUrl } = readAwsEnvironment({ ...LAMBDA, [name]: value });
    expect([dynamoDbUrl, secretsManagerUrl, lambdaUrl]).toEqual([undefined, undefined, undefined]);
  });
});

describe('only the AWS SDK can find the credentials', () => {
  test.each([
    ['AWS_ACCESS_KEY_ID', ''],
    ['AWS_SECRET_ACCESS_KEY', ''],
    ['AWS_PROFILE', 'shop'],
    ['AWS_CREDENTIAL_EXPIRATION', '2026-11-22T12:00:00Z'],
    ['AWS_CREDENTIAL_SCOPE', 'eu-west-1'],
  ])('with %s=%s', (name, value) => {
    expect(readAwsEnvironment({ ...LAMBDA, [name]: value }).credentials).toBeUndefined();
  });
});
