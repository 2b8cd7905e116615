import { expect, test } from '@jest/globals';
import { chooseEnvironment, ENVIRONMENTS, EnvironmentError, settingsOf } from '../../infra/environments.ts';

test('a first deployment is a sandbox: small limits, everything deletable, and no concurrency reserved', () => {
  // A new account has ten instances in all, of which Lambda lets none be reserved.
  expect(chooseEnvironment({})).toEqual({ name: 'sandbox', revalidationConcurrency: 'unlimited' });
});

test('production is protected and keeps its logs longer', () => {
  expect(chooseEnvironment({ environment: 'production' })).toMatchObject({ isProtected: true, logRetentionDays: 90 });
});

test("the command line's upstream goes before the environment's own", () => {
  const { upstreamBaseUrl } = chooseEnvironment({ upstreamBaseUrl: 'https://upstream.example' });
  expect(upstreamBaseUrl).toBe('https://upstream.example');
});

test("the command line's versions of the secrets go before the environment's own", () => {
  const chosen = chooseEnvironment({ keySecretVersion: 'key-version', webhookSecretVersion: 'webhook-version' });
  expect(chosen).toMatchObject({ keySecretVersion: 'key-version', webhookSecretVersion: 'webhook-version' });
});

test('what the command line leaves out is left to the environment', () => {
  const absent = { upstreamBaseUrl: undefined, keySecretVersion: undefined, webhookSecretVersion: undefined };
  expect(chooseEnvironment({ environment: 'production', ...absent })).toEqual(ENVIRONMENTS.production);
});

test('fails on a name that no environment has, and says which there are', () => {
  expect(() => chooseEnvironment({ environment: 'staging' })).toThrow(EnvironmentError);
  expect(() => chooseEnvironment({ environment: 'staging' })).toThrow(
    /"staging"; allowed is sandbox, production, emulated/,
  );
});

test.each(Object.entries(ENVIRONMENTS))(
  '%s is filed under its own name and has settings that the functions take',
  (name, environment) => {
    expect(environment.name).toBe(name);
    expect(() => settingsOf(environment)).not.toThrow();
  },
);
