import { expect, test } from '@jest/globals';
import { chooseEnvironment, ENVIRONMENTS, EnvironmentError, settingsOf } from '../../infra/environments.ts';

test('a first deployment is a sandbox: small limits, everything deletable', () => {
  expect(chooseEnvironment({})).toEqual({ name: 'sandbox' });
});

test('production is protected and keeps its logs longer', () => {
  expect(chooseEnvironment({ environment: 'production' })).toMatchObject({ isProtected: true, logRetentionDays: 90 });
});

test("the command line's upstream goes before the environment's own", () => {
  const { upstreamBaseUrl } = chooseEnvironment({ upstreamBaseUrl: 'https://upstream.example' });
  expect(upstreamBaseUrl).toBe('https://upstream.example');
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
