/** The two environments that `npm run test:deploy` deploys side by side to an emulator of AWS. */
import { App, Aspects } from 'aws-cdk-lib';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { DeploymentEnvironment } from '../../infra/deployment-environment.ts';
import { synthesize } from '../../infra/synthesize.ts';

/**
 * Everything is deployed except the monitoring: the emulator knows no composite alarms (test/infra/monitoring/ looks at
 * the template). The emulator's table is written in Python and slower than DynamoDB, and entries grow stale while a
 * test waits.
 */
const settings = { CACHE_TIMEOUT_MS: '2000', FRESH_SECONDS: '5' };
const common = { settings, monitoring: 'off' } as const;
const emulated: DeploymentEnvironment = {
  name: 'emulated',
  ...common,
  // Only pages of this origin may read answers.
  settings: { ...settings, CORS_ORIGINS: 'https://kiosk.example' },
  ownsGatewayLogRole: true,
  hasOwnKey: true,
  canary: { everyMinutes: 60 },
};
const LIMITS = { throttle: { perSecond: 50, burst: 100 }, quota: { lookups: 100_000, per: 'DAY' } } as const;
const neighbour: DeploymentEnvironment = {
  name: 'neighbour',
  ...common,
  callers: {
    tills: { ...LIMITS, isDefault: true, sources: ['INSTORE'] },
    kiosks: { ...LIMITS, fields: { v2: 'id,profiles(firstName)', 'v1.1': 'firstname' } },
  },
};

/** The emulator does not know ExcludePunctuation. A secret of it with two commas is no secret of the webhook. */
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
const app = new App();
Aspects.of(app).add({
  visit: (construct) => {
    if (!(construct instanceof CfnSecret) || construct.generateSecretString === undefined) return;
    construct.addPropertyOverride('GenerateSecretString.ExcludeCharacters', PUNCTUATION);
  },
});
await synthesize(app, { emulated, neighbour });
