import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, type AppProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { DeploymentEnvironment } from '../../infra/environments.ts';
import { LookasideStack } from '../../infra/lookaside-stack.ts';

/** The context that the CLI reads from cdk.json, so that tests see the template that is deployed. */
export const CDK_CONTEXT: Readonly<Record<string, unknown>> = JSON.parse(readFileSync('cdk.json', 'utf8')).context;

/** The stack in an app of its own, with a stand-in for the bundles: esbuild has tests of its own. */
export function createStack(environment: Partial<DeploymentEnvironment> = {}, props: AppProps = {}): LookasideStack {
  const bundle = mkdtempSync(path.join(tmpdir(), 'lookaside-bundle-'));
  writeFileSync(path.join(bundle, 'index.mjs'), 'export const handler = async () => undefined;\n');
  try {
    const app = new App({ context: { ...CDK_CONTEXT }, builtinCloudFormationValidation: false, ...props });
    return new LookasideStack(app, 'Lookaside', {
      stackName: 'lookaside-test',
      environment: { name: 'test', ...environment },
      bundles: { http: bundle, invoke: bundle, revalidate: bundle, invalidate: bundle },
    });
  } finally {
    rmSync(bundle, { recursive: true });
  }
}

/** The template of an environment. */
export function synthesize(environment: Partial<DeploymentEnvironment> = {}): Template {
  return Template.fromStack(createStack(environment));
}

export interface CfnResource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template's properties have a type per resource type
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** The resources of a type, by their logical ids. */
export function resourcesOf(template: Template, type: string): Readonly<Record<string, CfnResource>> {
  return template.findResources(type) as Record<string, CfnResource>;
}

/** The properties of the resources of a type. */
export function propertiesOf(template: Template, type: string): readonly CfnResource['Properties'][] {
  return Object.values(resourcesOf(template, type)).map((resource) => resource.Properties);
}

/** What a function's role may do, and with what. */
export function statementsOf(template: Template, functionName: string): readonly CfnResource['Properties'][] {
  const [lambda] = propertiesOf(template, 'AWS::Lambda::Function').filter((each) => each.FunctionName === functionName);
  const role = lambda.Role['Fn::GetAtt'][0];
  return propertiesOf(template, 'AWS::IAM::Policy')
    .filter((policy) => policy.Roles.some((each: { Ref: string }) => each.Ref === role))
    .flatMap((policy) => policy.PolicyDocument.Statement);
}
