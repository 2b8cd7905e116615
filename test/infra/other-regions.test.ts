import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import type { DeploymentEnvironment } from '../../infra/deployment-environment.ts';
import { checkEnvironment } from '../../infra/environment-rules.ts';
import { checkSideBySide } from '../../infra/side-by-side.ts';
import { propertiesOf, templateOf } from './templates.ts';

// A deployment that hands purges and events over to other regions.

const template = templateOf('with other regions');
const ARNS = ['eu-west-1', 'me-central-1'].map(
  (region) => `:lambda:${region}:111122223333:function:lookaside-invalidate:live`,
);

const invoking = (source: typeof template) =>
  propertiesOf(source, 'AWS::IAM::Policy').flatMap(({ PolicyName, PolicyDocument }) =>
    PolicyDocument.Statement.filter(
      ({ Action, Resource }: { Action: unknown; Resource: unknown }) =>
        Action === 'lambda:InvokeFunction' && JSON.stringify(Resource).includes('invalidate'),
    ).map(({ Resource }: { Resource: unknown }) => [PolicyName, Resource]),
  );

/** A text of the template, with the partition in the place of its reference. */
const plain = (value: unknown) => JSON.stringify(value).replaceAll('"},"', '').replaceAll('"', '');

test('the stack tells invalidate, and no other function, the functions of the other regions', () => {
  const told = propertiesOf(template, 'AWS::Lambda::Function').filter(
    ({ Environment }) => Environment.Variables.OTHER_REGIONS !== undefined,
  );
  expect(told.map(({ FunctionName }) => FunctionName)).toEqual(['lookaside-invalidate']);
  const text = plain(told[0]?.Environment.Variables.OTHER_REGIONS);
  for (const arn of ARNS) expect(text).toContain(arn);
});

test('the stack lets invalidate invoke these functions by their aliases, and nothing else', () => {
  const [[policy, resources] = [], ...others] = invoking(template);
  expect(others).toEqual([]);
  expect(policy).toMatch(/Invalidate/);
  expect(resources).toHaveLength(ARNS.length);
  for (const arn of ARNS) expect(plain(resources)).toContain(arn);
});

test('the environments of docs/regions.md can be deployed as they stand there', async () => {
  const [, block = ''] = /^```ts\n(.*?)^```$/ms.exec(readFileSync('docs/regions.md', 'utf8')) ?? [];
  const address = pathToFileURL(path.resolve('infra/environments.ts')).href;
  const folder = mkdtempSync(path.join(tmpdir(), 'lookaside-regions-'));
  try {
    const file = path.join(folder, 'environments.mts');
    writeFileSync(
      file,
      `import { ENVIRONMENTS as KNOWN } from '${address}';\nconst { sandbox, production } = KNOWN;\n${block}`,
    );
    const { ENVIRONMENTS } = await import(pathToFileURL(file).href);
    expect(Object.keys(ENVIRONMENTS)).toEqual(['sandbox', 'mumbai', 'ireland']);
    for (const environment of Object.values<DeploymentEnvironment>(ENVIRONMENTS)) checkEnvironment(environment);
    checkSideBySide(Object.values(ENVIRONMENTS));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a deployment in one region passes nothing on', () => {
  const one = templateOf('default');
  expect(JSON.stringify(one)).not.toContain('OTHER_REGIONS');
  expect(invoking(one)).toEqual([]);
});
