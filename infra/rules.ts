import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

/**
 * Checks every stack of an app with cdk-nag's AwsSolutions rules: a finding without a reason fails the synthesis.
 * Amazon's template rules do too, by a flag in cdk.json.
 */
export function holdAgainstRules(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
