import type { EnvironmentUnderTest } from './environments-under-test.ts';
import { readResult } from './shared-result.ts';

/** A template, as far as the tests look at it. */
export interface Template {
  readonly Resources: Readonly<Record<string, CfnResource>>;
  readonly Outputs: Readonly<Record<string, Json>>;
  readonly Parameters: Readonly<Record<string, Json>>;
}

export interface CfnResource {
  readonly Type: string;
  readonly Properties: Json;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly UpdatePolicy?: Json;
}

// biome-ignore lint/suspicious/noExplicitAny: a template's properties have a type per resource type
type Json = any;

/** The result of the synthesis of one environment. */
export type Synthesis =
  | {
      readonly kind: 'done';
      readonly template: Template;
      readonly isTerminationProtected: boolean;
      readonly account: string;
      readonly region: string;
    }
  | { readonly kind: 'refused'; readonly message: string };

/** The results of all environments under test. */
export type Syntheses = Readonly<Record<EnvironmentUnderTest, Synthesis>>;

/** All of them, as `share-results.ts` has them made for the test files. */
let syntheses: Syntheses | undefined;

/** The result of the synthesis of an environment. */
export function synthesisOf(name: EnvironmentUnderTest): Synthesis {
  syntheses ??= readResult('templates') as Syntheses;
  return syntheses[name];
}

/** The template of an environment. Do not change it: the tests of a file share it. */
export function templateOf(name: EnvironmentUnderTest): Template {
  const synthesis = synthesisOf(name);
  if (synthesis.kind === 'refused') throw new Error(`The environment "${name}" is refused: ${synthesis.message}`);
  return synthesis.template;
}

/** The resources of a type, by their logical ids. */
export function resourcesOf({ Resources }: Template, type: string): Readonly<Record<string, CfnResource>> {
  return Object.fromEntries(Object.entries(Resources).filter(([, resource]) => resource.Type === type));
}

/** The properties of the resources of a type. */
export function propertiesOf(template: Template, type: string): readonly CfnResource['Properties'][] {
  return Object.values(resourcesOf(template, type)).map((resource) => resource.Properties);
}

/** The actions that a function's role may do, and their resources. */
export function statementsOf(template: Template, functionName: string): readonly CfnResource['Properties'][] {
  const [lambda] = propertiesOf(template, 'AWS::Lambda::Function').filter((each) => each.FunctionName === functionName);
  const role = lambda.Role['Fn::GetAtt'][0];
  return propertiesOf(template, 'AWS::IAM::Policy')
    .filter((policy) => policy.Roles.some((each: { Ref: string }) => each.Ref === role))
    .flatMap((policy) => policy.PolicyDocument.Statement);
}
