import { App } from 'aws-cdk-lib';
import { bundleFunctions } from './bundle.ts';
import { chooseEnvironment, settingsOf } from './environments.ts';
import { LookasideStack } from './lookaside-stack.ts';
import { holdAgainstRules } from './rules.ts';

// What is deployed. The only place that reads the command line: `cdk deploy -c environment=production`.
const app = new App();
const environment = chooseEnvironment({
  environment: app.node.tryGetContext('environment'),
  upstreamBaseUrl: app.node.tryGetContext('upstreamBaseUrl'),
  keySecretVersion: app.node.tryGetContext('keySecretVersion'),
  webhookSecretVersion: app.node.tryGetContext('webhookSecretVersion'),
});
const { http, invoke, revalidate, invalidate } = await bundleFunctions({
  outDir: `.cache/bundles/${environment.name}`,
  defaultCountry: settingsOf(environment).customer.defaultCountry,
});
new LookasideStack(app, 'Lookaside', {
  stackName: `lookaside-${environment.name}`,
  environment,
  bundles: {
    http: http.folder,
    invoke: invoke.folder,
    revalidate: revalidate.folder,
    invalidate: invalidate.folder,
  },
});
holdAgainstRules(app);
