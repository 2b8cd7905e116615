import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

/**
 * Checks every stack of an app with cdk-nag's AwsSolutions rules. A finding without a reason fails the synthesis. A
 * finding of Amazon's template rules fails it too, by a flag in cdk.json.
 */
export function holdAgainstRules(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
