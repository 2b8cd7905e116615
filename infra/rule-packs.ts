import { type App, CfnResource, Validations } from 'aws-cdk-lib';
import { HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { RULE_SKIPS, type RuleSkip } from './rule-skips.ts';

/** The packs of rules beside AwsSolutions, by the names that begin the ids of their findings. */
export const PACKS = ['Serverless', 'NIST.800.53.R5', 'PCI.DSS.321', 'HIPAA.Security'] as const;

/**
 * Checks every stack of an app with four more packs of cdk-nag. A finding without a reason fails the synthesis. Call it
 * when the stacks are complete.
 * @param skips the controls that do not apply here, each with its reason
 */
export function holdAgainstPacks(app: App, skips: readonly RuleSkip[] = RULE_SKIPS): void {
  Validations.of(app).addPlugins(
    new ServerlessChecks(app),
    new NIST80053R5Checks(app),
    new PCIDSS321Checks(app),
    new HIPAASecurityChecks(app),
  );
  for (const construct of app.node.findAll()) acknowledge(construct, skips);
}

/** Acknowledges the findings of a skip, with its reason. */
function acknowledge(construct: IConstruct, all: readonly RuleSkip[]): void {
  if (!CfnResource.isCfnResource(construct)) return;
  for (const { control, reason } of all.filter(({ type }) => type === construct.cfnResourceType)) {
    const ids = PACKS.map((pack) => `${pack}::${pack}-${control}`);
    Validations.of(construct).acknowledge(...ids.map((id) => ({ id, reason })));
  }
}
