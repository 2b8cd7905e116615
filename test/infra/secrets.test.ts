import { expect, test } from '@jest/globals';
import { type EnvironmentUnderTest, versionIdOf } from './environments-under-test.ts';
import { propertiesOf, resourcesOf, statementsOf, templateOf } from './templates.ts';

const template = templateOf('default');
const secrets = resourcesOf(template, 'AWS::SecretsManager::Secret');
const upstreamId = idOf('UpstreamCredentials');
const keyId = idOf('KeySecret');
const webhookId = idOf('WebhookSecret');

function idOf(prefix: string): string {
  return Object.keys(secrets).find((id) => id.startsWith(prefix)) as string;
}

/** The settings of each function, by its name. */
function settingsOf(environment: EnvironmentUnderTest): Readonly<Record<string, Variables>> {
  const lambdas = propertiesOf(templateOf(environment), 'AWS::Lambda::Function');
  return Object.fromEntries(lambdas.map((lambda) => [lambda.FunctionName, lambda.Environment.Variables]));
}
type Variables = Readonly<Record<string, unknown>>;

/** The text that CloudFormation replaces by a secret's value during the deployment. */
function referenceTo(secretId: string, version = ''): unknown {
  return { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: secretId }, `:SecretString:::${version}}}`]] };
}

const settings = settingsOf('default');
const VERSIONS = ['old-new', 'new-old', 'new'] as const;

test('the stack has three secrets, each deleted with the stack', () => {
  expect(Object.keys(secrets).sort()).toEqual([upstreamId, keyId, webhookId].sort());
  for (const secret of Object.values(secrets)) expect(secret.DeletionPolicy).toBe('Delete');
});

test('the key secret keeps its logical id: another one would replace the secret, and empty the cache', () => {
  expect(keyId).toBe('KeySecret03F369D6');
});

test("the upstream's secret has no value in the template, so that no deployment overwrites the real one", () => {
  expect(Object.keys(secrets[upstreamId]?.Properties)).toEqual(['Description', 'Tags']);
});

test.each([
  ['the key secret', keyId],
  ["the webhook's secret", webhookId],
])('AWS generates %s from letters and digits: a comma would make it a list', (_name, id) => {
  expect(secrets[id]?.Properties.GenerateSecretString).toEqual({ PasswordLength: 64, ExcludePunctuation: true });
  expect(secrets[id]?.Properties.SecretString).toBeUndefined();
});

test('every function gets the key secret by a reference that CloudFormation resolves when it deploys', () => {
  expect(Object.keys(settings)).toHaveLength(4);
  for (const variables of Object.values(settings)) expect(variables.CACHE_KEY_SECRET).toEqual(referenceTo(keyId));
});

test("only invalidate gets the webhook's secret, by such a reference", () => {
  for (const [name, variables] of Object.entries(settings)) {
    const expected = name === 'lookaside-invalidate' ? referenceTo(webhookId) : undefined;
    expect(variables.WEBHOOK_SECRET).toEqual(expected);
  }
});

test('three deployments rotate the key secret; each changes every function to the version that it names', () => {
  const deployments = VERSIONS.map((version) => settingsOf(`key secret ${version}`));
  for (const [position, version] of VERSIONS.entries()) {
    for (const [name, variables] of Object.entries(deployments[position] ?? {})) {
      expect(variables).toEqual({ ...settings[name], CACHE_KEY_SECRET: referenceTo(keyId, versionIdOf(version)) });
    }
  }
});

test("two deployments rotate the webhook's secret; each changes only invalidate", () => {
  for (const version of ['new-old', 'new'] as const) {
    const { 'lookaside-invalidate': invalidate, ...others } = settingsOf(`webhook's secret ${version}`);
    expect(invalidate?.WEBHOOK_SECRET).toEqual(referenceTo(webhookId, versionIdOf(version)));
    const { 'lookaside-invalidate': _, ...othersBefore } = settings;
    expect(others).toEqual(othersBefore);
  }
});

test('a rotation replaces only the versions of the functions: the resources are the same, with other settings', () => {
  const others = ({ Resources }: typeof template) =>
    Object.keys(Resources).filter((id) => Resources[id]?.Type !== 'AWS::Lambda::Version');
  expect(others(templateOf('both secrets rotated'))).toEqual(others(template));
});

test('a rotation moves every function to a new version: the alias would stay on the old secret otherwise', () => {
  const versionsOf = (from: typeof template) => Object.keys(resourcesOf(from, 'AWS::Lambda::Version'));
  const [before, after] = [versionsOf(template), versionsOf(templateOf('both secrets rotated'))];
  expect(after).toHaveLength(4);
  expect(after.filter((id) => before.includes(id))).toEqual([]);
});

test("the functions get the upstream's secret by its ARN, not its value", () => {
  for (const variables of Object.values(settings)) {
    expect(variables.UPSTREAM_CREDENTIALS_ARN).toEqual({ 'Fn::GetAtt': [upstreamId, 'Id'] });
    expect(variables).not.toHaveProperty('UPSTREAM_CREDENTIALS');
  }
});

test.each(['lookaside-http', 'lookaside-invoke', 'lookaside-revalidate'])(
  "lets %s read the upstream's secret, and no other",
  (name) => {
    expect(secretStatementsOf(name)).toEqual([
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: { 'Fn::GetAtt': [upstreamId, 'Id'] } },
    ]);
  },
);

test('lets invalidate, which does not ask the upstream, read no secret at all', () => {
  expect(secretStatementsOf('lookaside-invalidate')).toEqual([]);
});

function secretStatementsOf(name: string) {
  return statementsOf(template, name).filter(({ Action }) => String(Action).includes('secretsmanager:'));
}
