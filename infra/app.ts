import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { bundleFunctions } from './bundle.ts';
import { chooseEnvironment, settingsOf } from './environments.ts';
import { LookasideStack } from './lookaside-stack.ts';

// What is deployed. The only place that reads the command line: `cdk deploy -c environment=production`.
const app = new App();
const environment = chooseEnvironment({
  environment: app.node.tryGetContext('environment'),
  upstreamBaseUrl: app.node.tryGetContext('upstreamBaseUrl'),
});
const { http, invoke } = await bundleFunctions({
  outDir: `.cache/bundles/${environment.name}`,
  defaultCountry: settingsOf(environment).customer.defaultCountry,
});
new LookasideStack(app, 'Lookaside', {
  stackName: `lookaside-${environment.name}`,
  environment,
  bundles: { http: http.folder, invoke: invoke.folder },
});
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
