import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { DefaultStackSynthesizer } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ENVIRONMENTS } from '../../infra/environments.ts';
import { TEMPLATES } from './all-templates.ts';
import { createStack } from './create-stack.ts';
import type { CfnResource } from './templates.ts';

// The section of docs/deploying.md about the rights of a deployment, compared with the templates of all environments.

const page = readFileSync('docs/deploying.md', 'utf8');
const [, section = ''] = /^## The rights of a deployment$(.*?)^## /ms.exec(page) ?? [];

/** The rows about CloudFormation's role: a service, its resource types, the rights, the deployments that need them. */
const ROWS = [...section.matchAll(/^\| `(AWS::\w+)` +\| (.+?) +\| (.+?) +\| (.+?) +\|$/gm)].map(
  ([, service = '', types = '', rights = '', neededFor = '']) => ({
    service,
    types: namesIn(types).map((name) => `${service}::${name}`),
    rights: namesIn(rights),
    neededFor,
  }),
);

/** The template's parameter that AWS reads from Systems Manager is no resource. */
const PARAMETER_SERVICE = 'AWS::SSM';

function namesIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

function typesOf(template: { readonly Resources?: Readonly<Record<string, CfnResource>> } | undefined): string[] {
  return Object.values(template?.Resources ?? {}).map(({ Type }) => Type);
}

const smallest = new Map(TEMPLATES).get('default');

const serviceOf = (type: string) => type.split('::').slice(0, 2).join('::');
const allTypes = new Set(TEMPLATES.flatMap(([, template]) => typesOf(template)));
const isOfResources = ({ service }: { readonly service: string }) => service !== PARAMETER_SERVICE;

describe("the rights of CloudFormation's role", () => {
  test('have one row for each service, with exactly the resource types of all templates', () => {
    const rows = ROWS.filter(isOfResources);
    expect(new Set(rows.map(({ service }) => service)).size).toBe(rows.length);
    expect(rows.flatMap(({ types }) => types).toSorted()).toEqual([...allTypes].toSorted());
  });

  test('are needed for every deployment, or for production, or for an option, as the row says', () => {
    const servicesOf = (types: readonly string[]) => new Set(types.map(serviceOf));
    const always = servicesOf(typesOf(smallest));
    const inProduction = servicesOf(typesOf(Template.fromStack(createStack(ENVIRONMENTS.production)).toJSON()));
    for (const { service, neededFor } of ROWS.filter(isOfResources)) {
      const isInProduction = neededFor === 'every deployment' || neededFor.startsWith('production: ');
      expect([service, neededFor === 'every deployment']).toEqual([service, always.has(service)]);
      expect([service, isInProduction]).toEqual([service, inProduction.has(service)]);
    }
  });

  test('on roles are limited to names that begin with the name of the stack: no role has another name', () => {
    expect(ROWS.find(({ service }) => service === 'AWS::IAM')?.rights).toContain('role/lookaside-*');
    for (const [name, { Resources }] of TEMPLATES) {
      const roles = Object.values(Resources).filter(({ Type }) => Type === 'AWS::IAM::Role');
      expect([name, roles.filter(({ Properties }) => Properties.RoleName !== undefined)]).toEqual([name, []]);
    }
  });

  test("include the reading of the version of cdk bootstrap's stack", () => {
    const { BootstrapVersion } = smallest?.Parameters ?? {};
    expect(BootstrapVersion).toMatchObject({ Type: 'AWS::SSM::Parameter::Value<String>' });
    expect(BootstrapVersion.Default).toMatch(/^\/cdk-bootstrap\//);
    expect(ROWS.find(({ service }) => service === PARAMETER_SERVICE)?.rights).toEqual([
      'ssm:GetParameters',
      'parameter/cdk-bootstrap/*',
    ]);
  });
});

test('the roles that cdk bootstrap makes have the names on the page', () => {
  const {
    DEFAULT_QUALIFIER,
    DEFAULT_DEPLOY_ROLE_ARN,
    DEFAULT_FILE_ASSET_PUBLISHING_ROLE_ARN,
    DEFAULT_LOOKUP_ROLE_ARN,
    DEFAULT_CLOUDFORMATION_ROLE_ARN,
  } = DefaultStackSynthesizer;
  const arns = [
    DEFAULT_DEPLOY_ROLE_ARN,
    DEFAULT_FILE_ASSET_PUBLISHING_ROLE_ARN,
    DEFAULT_LOOKUP_ROLE_ARN,
    DEFAULT_CLOUDFORMATION_ROLE_ARN,
  ];
  const named = [...section.matchAll(/^\| `(cdk-[\w-]+-role)` /gm)].map(([, name]) => name);
  expect(named.map((name) => `${name}-\${AWS::AccountId}-\${AWS::Region}`)).toEqual(
    arns.map((arn) => arn.replace(/.*:role\//, '').replace(`\${Qualifier}`, DEFAULT_QUALIFIER)),
  );
});
