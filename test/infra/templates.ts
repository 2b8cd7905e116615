import { existsSync, readFileSync } from 'node:fs';
import type { EnvironmentUnderTest } from './environments-under-test.ts';

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

/** How long a test file waits for the results. On a busy machine the synthesis takes minutes. */
const PATIENCE_MS = 600_000;
const POLL_MS = 50;

/** All of them, as `share-templates.ts` has them written for the test files. */
let syntheses: Syntheses | undefined;

/** The result of the synthesis of an environment. */
export function synthesisOf(name: EnvironmentUnderTest): Synthesis {
  syntheses ??= read(process.env.SHARED_TEMPLATES ?? '');
  return syntheses[name];
}

/** Where the error stands if the results cannot be made. */
export function failureFileOf(file: string): string {
  return `${file}.failure`;
}

/** Waits for the process that writes the file. It blocks: a test file needs its templates before it can name its tests. */
function read(file: string): Syntheses {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += POLL_MS) {
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
    if (existsSync(failureFileOf(file))) {
      throw new Error(`The templates cannot be synthesized. ${readFileSync(failureFileOf(file), 'utf8')}`);
    }
    Atomics.wait(sleeper, 0, 0, POLL_MS);
  }
  throw new Error(`The templates are not in ${file} after ${PATIENCE_MS / 1000} s.`);
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
