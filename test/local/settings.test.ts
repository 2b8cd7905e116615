import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SettingsError } from '../../functions/settings.ts';
import {
  functionsEnvironment,
  parseLocalSettings,
  provideAwsCredentials,
  setLambdaEndpoint,
  withDynamoDbAt,
} from '../../local/settings.ts';

describe('the local settings', () => {
  test('have defaults', () => {
    expect(parseLocalSettings({ PORT: ' ', DATA_DIR: '' })).toEqual({
      port: 3000,
      dataDir: undefined,
      apiKeys: undefined,
      dynamoDbUrl: undefined,
      isSimulated: true,
    });
  });

  test('are read from the environment', () => {
    expect(
      parseLocalSettings({
        PORT: '0',
        DATA_DIR: './data',
        LOCAL_API_KEYS: 'till-key, kiosk-key',
        UPSTREAM_BASE_URL: 'https://upstream.example',
      }),
    ).toEqual({
      port: 0,
      dataDir: './data',
      apiKeys: ['till-key', 'kiosk-key'],
      dynamoDbUrl: undefined,
      isSimulated: false,
    });
  });

  test.each([
    ['PORT', 'http', 'PORT is "http"; allowed is a whole number, 0 to 65535'],
    ['PORT', '65536', 'PORT is "65536"'],
    ['PORT', '-1', 'PORT is "-1"'],
    ['PORT', '3000.5', 'PORT is "3000.5"'],
    ['LOCAL_API_KEYS', 'a,,b', 'LOCAL_API_KEYS is wrong (its value is a secret); allowed are keys'],
    ['LOCAL_API_KEYS', ',', 'LOCAL_API_KEYS is wrong'],
    ['LOCAL_API_KEYS', "it's", 'LOCAL_API_KEYS is wrong'],
    [
      'AWS_ENDPOINT_URL_DYNAMODB',
      'localhost:8000',
      'AWS_ENDPOINT_URL_DYNAMODB is "localhost:8000"; allowed is an http',
    ],
  ])('refuse %s=%s', (name, value, message) => {
    expect(() => parseLocalSettings({ [name]: value })).toThrow(SettingsError);
    expect(() => parseLocalSettings({ [name]: value })).toThrow(message);
  });

  test('refuse a folder for a store that is elsewhere', () => {
    const environment = { DATA_DIR: 'data', AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:8000' };

    expect(() => parseLocalSettings(environment)).toThrow('allowed is one of them');
  });

  test('name everything that is wrong in one message', () => {
    expect(() => parseLocalSettings({ PORT: 'x', LOCAL_API_KEYS: ',' })).toThrow(/PORT is .* LOCAL_API_KEYS is /);
  });
});

describe("the functions' environment", () => {
  test("has the simulator's address and credentials, and secrets that are the same in every process", () => {
    const environment = functionsEnvironment({}, 'http://127.0.0.1:4010');

    expect(environment).toEqual({
      CACHE_KEY_SECRET: expect.stringMatching(/./),
      WEBHOOK_SECRET: expect.stringMatching(/./),
      UPSTREAM_BASE_URL: 'http://127.0.0.1:4010',
      UPSTREAM_CREDENTIALS: expect.stringContaining('username'),
    });
    expect(functionsEnvironment({}, 'http://127.0.0.1:4010')).toEqual(environment);
  });

  test('keeps what is given', () => {
    const given = {
      CACHE_KEY_SECRET: 'mine',
      WEBHOOK_SECRET: 'mine',
      UPSTREAM_CREDENTIALS_ARN: 'arn',
      FRESH_SECONDS: '1',
    };

    expect(functionsEnvironment(given, 'http://127.0.0.1:4010')).toEqual({
      ...given,
      UPSTREAM_BASE_URL: 'http://127.0.0.1:4010',
    });
  });

  test("has no credentials of ours for somebody else's upstream", () => {
    const environment = functionsEnvironment({ UPSTREAM_BASE_URL: 'https://upstream.example' }, undefined);

    expect(environment.UPSTREAM_BASE_URL).toBe('https://upstream.example');
    expect(environment.UPSTREAM_CREDENTIALS).toBeUndefined();
  });
});

describe("the AWS SDK's environment", () => {
  const names = [
    'AWS_ENDPOINT_URL_DYNAMODB',
    'AWS_ENDPOINT_URL_LAMBDA',
    'AWS_REGION',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_PROFILE',
  ];
  const before = { ...process.env };
  beforeEach(() => {
    for (const name of names) delete process.env[name];
  });
  afterEach(() => {
    for (const name of names) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });

  test('has made-up region and credentials for a store on this machine', () => {
    provideAwsCredentials({}, 'http://localhost:8000');

    expect(process.env).toMatchObject({
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    });
  });

  test('keeps real ones', () => {
    process.env.AWS_REGION = 'eu-central-1';
    process.env.AWS_ACCESS_KEY_ID = 'real';

    provideAwsCredentials({}, 'http://127.0.0.1:8000');

    expect(process.env).toMatchObject({ AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'real' });
    expect(process.env.AWS_SECRET_ACCESS_KEY).toBeUndefined();
  });

  test.each<[string, Record<string, string>, string]>([
    ['a store elsewhere', {}, 'https://dynamodb.eu-central-1.amazonaws.com'],
    ['a profile', { AWS_PROFILE: 'mine' }, 'http://127.0.0.1:8000'],
    ['a secret to read', { UPSTREAM_CREDENTIALS_ARN: 'arn' }, 'http://127.0.0.1:8000'],
  ])('has no made-up credentials with %s', (_, environment, url) => {
    provideAwsCredentials(environment, url);

    expect(process.env.AWS_ACCESS_KEY_ID).toBeUndefined();
  });

  test('invokes functions here, where the environment says, or nowhere', () => {
    setLambdaEndpoint({}, 'http://127.0.0.1:3000');
    expect(process.env.AWS_ENDPOINT_URL_LAMBDA).toBe('http://127.0.0.1:3000');
    setLambdaEndpoint({ AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:4000' }, 'http://127.0.0.1:3000');
    expect(process.env.AWS_ENDPOINT_URL_LAMBDA).toBe('http://127.0.0.1:4000');
    setLambdaEndpoint({ AWS_ENDPOINT_URL_LAMBDA: ' ' });
    expect(process.env.AWS_ENDPOINT_URL_LAMBDA).toBe('http://127.0.0.1:9');
  });

  test('has the address of the store while clients are opened, and then what it had', async () => {
    const addresses: unknown[] = [];
    const note = async () => void addresses.push(process.env.AWS_ENDPOINT_URL_DYNAMODB);

    await withDynamoDbAt('http://127.0.0.1:1', note);
    await note();
    process.env.AWS_ENDPOINT_URL_DYNAMODB = 'http://127.0.0.1:2';
    await withDynamoDbAt('http://127.0.0.1:1', note);
    await withDynamoDbAt(undefined, note);
    await note();

    expect(addresses).toEqual([
      'http://127.0.0.1:1',
      undefined,
      'http://127.0.0.1:1',
      'http://127.0.0.1:2',
      'http://127.0.0.1:2',
    ]);
  });
});
