import { type App, CfnResource, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { RULE_SKIPS, type RuleSkip } from './rule-skips.ts';

/** The packs of rules, by the names that begin the ids of their findings. */
export const PACKS = ['AwsSolutions', 'Serverless', 'NIST.800.53.R5', 'PCI.DSS.321', 'HIPAA.Security'] as const;

/**
 * Holds every stack of an app against cdk-nag's packs: a finding without a reason fails the synthesis. Amazon's template rules do
 * too, by a flag in cdk.json. Call it when the stacks are complete.
 *
 * @param skips the controls that do not hold here, each with its reason
 */
export function holdAgainstRules(app: App, skips: readonly RuleSkip[] = RULE_SKIPS): void {
  Validations.of(app).addPlugins(
    new AwsSolutionsChecks(app),
    new ServerlessChecks(app),
    new NIST80053R5Checks(app),
    new PCIDSS321Checks(app),
    new HIPAASecurityChecks(app),
  );
  for (const construct of app.node.findAll()) acknowledge(construct, skips);
}

/** Acknowledges what `rule-skips.ts` gives a reason for. */
function acknowledge(construct: IConstruct, all: readonly RuleSkip[]): void {
  if (!CfnResource.isCfnResource(construct)) return;
  const skips = all.filter(
    ({ type, path = /./ }) => type === construct.cfnResourceType && path.test(construct.node.path),
  );
  for (const { control, reason } of skips) {
    const ids = PACKS.map((pack) => `${pack}::${pack}-${control}`);
    Validations.of(construct).acknowledge(...ids.map((id) => ({ id, reason })));
  }
}
