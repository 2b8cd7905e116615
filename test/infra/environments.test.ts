import { expect, test } from '@jest/globals';
import { checkEnvironment, EnvironmentError } from '../../infra/environment-rules.ts';
import { settingsOf } from '../../infra/environment-settings.ts';
import { chooseEnvironment, ENVIRONMENTS } from '../../infra/environments.ts';
import { checkSideBySide } from '../../infra/side-by-side.ts';

test('a first deployment is a sandbox: small limits, every resource can be deleted, and no concurrency is reserved', () => {
  // A new account has ten instances in all, of which Lambda lets none be reserved.
  expect(chooseEnvironment({})).toEqual({
    name: 'sandbox',
    revalidationConcurrency: 'unlimited',
    invalidationConcurrency: 'unlimited',
  });
});

test('production is protected and keeps its logs longer', () => {
  expect(chooseEnvironment({ environment: 'production' })).toMatchObject({ isProtected: true, logRetentionDays: 90 });
});

test('production refuses a caller that tries numbers out, and says at synthesis if the limits are wrong', () => {
  const { production } = ENVIRONMENTS;
  if (production === undefined) throw new Error('no production');
  expect(settingsOf(production).guard).toEqual({ notFound: 1000, sharePercent: 90 });
  const wrong = { ...production, settings: { ...production.settings, GUARD_NOT_FOUND_LIMIT: '5' } };
  expect(() => settingsOf(wrong)).toThrow(/GUARD_NOT_FOUND_LIMIT is "5"; allowed is 0/);
});

test('production is released bit by bit, and leaves room in an account of 1000 instances', () => {
  const {
    release,
    httpConcurrency,
    revalidationConcurrency = 5,
    invalidationConcurrency,
  } = ENVIRONMENTS.production ?? {};
  expect(release).toBe('10-percent-for-5-minutes');
  const reserved = [httpConcurrency, revalidationConcurrency, invalidationConcurrency].map(Number);
  // Lambda keeps 100 unreserved, of which invoke and the account's other functions live.
  expect(reserved.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(900);
});

test("the command line's upstream takes precedence over the environment's own", () => {
  const { upstreamBaseUrl } = chooseEnvironment({ upstreamBaseUrl: 'https://upstream.example' });
  expect(upstreamBaseUrl).toBe('https://upstream.example');
});

test("the command line's versions of the secrets take precedence over the environment's own", () => {
  const chosen = chooseEnvironment({ keySecretVersion: 'key-version', webhookSecretVersion: 'webhook-version' });
  expect(chosen).toMatchObject({ keySecretVersion: 'key-version', webhookSecretVersion: 'webhook-version' });
});

test("the command line's account and region pin the environment", () => {
  const chosen = chooseEnvironment({ account: '111122223333', region: 'ap-south-1' });
  expect(chosen).toMatchObject({ account: '111122223333', region: 'ap-south-1' });
});

test.each([
  ['true', true],
  ['false', false],
])('the command line says %p: the stack makes the role of the gateway’s logs: %p', (text, isOwner) => {
  expect(chooseEnvironment({ ownsGatewayLogRole: text }).ownsGatewayLogRole).toBe(isOwner);
});

test('the command line takes no other word for it', () => {
  expect(() => chooseEnvironment({ ownsGatewayLogRole: 'yes' })).toThrow(
    new EnvironmentError('ownsGatewayLogRole is "yes"; allowed is true, false.'),
  );
});

test('a value that the command line leaves out comes from the environment', () => {
  const absent = { upstreamBaseUrl: undefined, keySecretVersion: undefined, webhookSecretVersion: undefined };
  expect(chooseEnvironment({ environment: 'production', ...absent })).toEqual(ENVIRONMENTS.production);
});

test('fails on a name that no environment has, and lists the names', () => {
  expect(() => chooseEnvironment({ environment: 'staging' })).toThrow(EnvironmentError);
  expect(() => chooseEnvironment({ environment: 'staging' })).toThrow(/"staging"; allowed is sandbox, production \(/);
});

test.each(Object.entries(ENVIRONMENTS))(
  '%s is filed under its own name and has settings that the functions take',
  (name, environment) => {
    expect(environment.name).toBe(name);
    expect(() => checkEnvironment(environment)).not.toThrow();
    expect(() => settingsOf(environment)).not.toThrow();
  },
);

test('all of them can stand side by side in one account and region', () => {
  expect(() => checkSideBySide(Object.values(ENVIRONMENTS))).not.toThrow();
});

test('an environment that is filed under another name is refused: its stack would not have the name that is asked for', () => {
  const environments = { prod: { name: 'production' } };
  expect(() => chooseEnvironment({ environment: 'prod' }, environments)).toThrow(
    new EnvironmentError(
      'The environment "prod" has the name "production"; allowed is one word for both (infra/environments.ts).',
    ),
  );
});

test.each(['toString', '__proto__', ''])('%p is no environment', (name) => {
  expect(() => chooseEnvironment({ environment: name })).toThrow(EnvironmentError);
});
