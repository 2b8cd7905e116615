/** The CDK app: `cdk deploy -c environment=production`. */
import { App } from 'aws-cdk-lib';
import { ENVIRONMENTS } from './environments.ts';
import { synthesize } from './synthesize.ts';

await synthesize(new App(), ENVIRONMENTS);
