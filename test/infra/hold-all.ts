import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { holdAgainstPacks } from '../../infra/rule-packs.ts';
import { holdAgainstRules } from '../../infra/rules.ts';
import { CDK_CONTEXT, createStack } from './create-stack.ts';
import { ENVIRONMENTS_UNDER_TEST, type EnvironmentToTry } from './environments-under-test.ts';
import { type AllFindings, type Findings, HELD_ENVIRONMENTS } from './findings.ts';
import { hold } from './hold.ts';

/** Holds the stack of each environment against all rules: cdk-nag's and Amazon's. */
export function holdAll(): AllFindings {
  const outdir = mkdtempSync(path.join(tmpdir(), 'lookaside-rules-'));
  try {
    const environments = HELD_ENVIRONMENTS.map((name, index) => [
      name,
      findingsOrError(() => holdEnvironment(ENVIRONMENTS_UNDER_TEST[name], path.join(outdir, String(index)))),
    ]);
    const faulty = findingsOrError(() => hold(createFaultyApp(path.join(outdir, 'faulty'))));
    return {
      environments: Object.fromEntries(environments),
      faultyTable: typeof faulty === 'string' ? faulty : undefined,
    };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function findingsOrError(find: () => Findings): Findings | string {
  try {
    return find();
  } catch (error) {
    return String(error);
  }
}

function holdEnvironment(environment: EnvironmentToTry, outdir: string): Findings {
  const stack = createStack(environment, { builtinCloudFormationValidation: true, outdir });
  const app = stack.node.root as App;
  holdAgainstPacks(app);
  holdAgainstRules(app);
  return hold(app);
}

/** An app as the CLI makes it, whose only fault is one that Amazon's rules find. */
function createFaultyApp(outdir: string): App {
  const app = new App({ context: { ...CDK_CONTEXT }, outdir });
  const table = new CfnTable(new Stack(app, 'Faulty'), 'Table', {
    keySchema: [{ attributeName: 'pk', keyType: 'HASH' }],
    attributeDefinitions: [{ attributeName: 'pk', attributeType: 'S' }],
    billingMode: 'PAY_PER_REQUEST',
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  });
  table.addPropertyOverride('BillingMode', 'FREE');
  return app;
}
