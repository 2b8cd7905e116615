import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SettingsError } from '../../functions/settings/settings-error.ts';
import { functionsEnvironment, localAwsConfig, parseLocalSettings } from '../../local/settings.ts';

describe('the local settings', () => {
  test('have defaults', () => {
    expect(parseLocalSettings({ PORT: ' ', DATA_DIR: '' })).toEqual({
      port: 3000,
      dataDir: undefined,
      apiKeys: undefined,
      dynamoDbUrl: undefined,
      logFormat: undefined,
      isSimulated: true,
    });
  });

  test('are read from the environment', () => {
    expect(
      parseLocalSettings({
        PORT: '0',
        DATA_DIR: './data',
        LOCAL_API_KEYS: 'till-key, kiosk-key',
        LOG_FORMAT: 'line',
        UPSTREAM_BASE_URL: 'https://upstream.example',
      }),
    ).toEqual({
      port: 0,
      dataDir: './data',
      apiKeys: ['till-key', 'kiosk-key'],
      dynamoDbUrl: undefined,
      logFormat: 'line',
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
    ['LOG_FORMAT', 'text', 'LOG_FORMAT is "text"; allowed is json, line, or nothing.'],
    [
      'AWS_ENDPOINT_URL_DYNAMODB',
      'localhost:8000',
      'AWS_ENDPOINT_URL_DYNAMODB is "localhost:8000"; allowed is an http or https address without user, or nothing.',
    ],
    [
      'AWS_ENDPOINT_URL_DYNAMODB',
      'ftp://till:secret@a.example',
      'AWS_ENDPOINT_URL_DYNAMODB is "ftp://(user)@a.example"',
    ],
    ['AWS_ENDPOINT_URL_DYNAMODB', 'http://till:secret@127.0.0.1:8000', 'is "http://(user)@127.0.0.1:8000"'],
    ['AWS_ENDPOINT_URL_LAMBDA', 'nonsense', 'AWS_ENDPOINT_URL_LAMBDA is "nonsense"; allowed is an http'],
    ['AWS_ENDPOINT_URL_LAMBDA', 'localhost:3000', 'AWS_ENDPOINT_URL_LAMBDA is "localhost:3000"'],
    ['AWS_ENDPOINT_URL_SECRETS_MANAGER', '-1', 'AWS_ENDPOINT_URL_SECRETS_MANAGER is "-1"; allowed is an http'],
  ])('refuse %s=%s', (name, value, message) => {
    expect(() => parseLocalSettings({ [name]: value })).toThrow(SettingsError);
    expect(() => parseLocalSettings({ [name]: value })).toThrow(message);
  });

  test('refuse a folder for a store on another machine', () => {
    const environment = { DATA_DIR: 'data', AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:8000' };

    expect(() => parseLocalSettings(environment)).toThrow('allowed is one of them');
  });

  test('name every wrong setting in one message', () => {
    expect(() => parseLocalSettings({ PORT: 'x', LOCAL_API_KEYS: ',' })).toThrow(/PORT is .* LOCAL_API_KEYS is /);
  });
});

describe("the functions' environment", () => {
  test("has the simulator's address and credentials, and the same secrets in every process", () => {
    const environment = functionsEnvironment({}, 'http://127.0.0.1:4010');

    expect(environment).toEqual({
      CACHE_KEY_SECRET: expect.stringMatching(/./),
      WEBHOOK_SECRET: expect.stringMatching(/./),
      UPSTREAM_BASE_URL: 'http://127.0.0.1:4010',
      UPSTREAM_CREDENTIALS: expect.stringContaining('username'),
    });
    expect(functionsEnvironment({}, 'http://127.0.0.1:4010')).toEqual(environment);
  });

  test('keeps the given values', () => {
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

  test('has no credentials of ours for another upstream', () => {
    const environment = functionsEnvironment({ UPSTREAM_BASE_URL: 'https://upstream.example' }, undefined);

    expect(environment.UPSTREAM_BASE_URL).toBe('https://upstream.example');
    expect(environment.UPSTREAM_CREDENTIALS).toBeUndefined();
  });
});

describe("an AWS client's region and credentials", () => {
  const names = ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE'];
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

  test.each(['http://localhost:8000', 'http://127.0.0.1:8000', 'http://[::1]:8000'])(
    'are invented for a service on this machine: %s',
    (url) => {
      const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
      expect(localAwsConfig({}, url)).toEqual({ region: 'us-east-1', credentials });
      expect(process.env.AWS_ACCESS_KEY_ID).toBeUndefined();
    },
  );

  test('are an object of its own for each client: the SDK writes into it', () => {
    const credentialsOf = () => localAwsConfig({}, 'http://127.0.0.1:8000').credentials;
    expect(credentialsOf()).toEqual(credentialsOf());
    expect(credentialsOf()).not.toBe(credentialsOf());
  });

  test.each([
    ['a key', { AWS_ACCESS_KEY_ID: 'real' }],
    ['a profile', { AWS_PROFILE: 'mine' }],
  ])('are the given ones: %s', (_title, set) => {
    const url = 'http://127.0.0.1:8000';
    expect(localAwsConfig({ ...set, AWS_REGION: 'eu-central-1' }, url)).toEqual({ region: 'eu-central-1' });
    Object.assign(process.env, { ...set, AWS_REGION: 'eu-west-1' });
    expect(localAwsConfig({}, url)).toEqual({ region: 'eu-west-1' });
  });

  test('are left to the SDK for a service on another machine', () => {
    expect(localAwsConfig({}, 'https://dynamodb.eu-central-1.amazonaws.com')).toEqual({});
  });
});
