import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { APIS, type Api, type Identifier } from '../functions/smoke/identifier.ts';
import { checkDeployment } from './smoke/check-deployment.ts';
import type { Signer } from './smoke/purge-check.ts';

const USAGE = `Usage: npm run smoke -- --url https://….execute-api.….amazonaws.com/live/ --key KEY [options]
  Checks a deployment from outside and says in words what is wrong. It ends with 1 if something is.
  Always: a customer is looked up twice by each API (the upstream is asked, then the cache answers), the webhook refuses a
  stranger, cache administration refuses a purge without a signature.

  --identifier name=value    the customer to look up, such as mobile=919876543210; default: one that nobody has
  --api v2|v1.1              only this API
  --webhook-secret SECRET    post an event with this secret too (or in the environment: WEBHOOK_SECRET)
  --signed                   purge too, signed with the AWS credentials of this shell
  --revalidation             see a stale entry revalidated too: needs --identifier, and takes FRESH_SECONDS
`;

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    key: { type: 'string' },
    identifier: { type: 'string' },
    api: { type: 'string' },
    'webhook-secret': { type: 'string' },
    signed: { type: 'boolean', default: false },
    revalidation: { type: 'boolean', default: false },
    help: { type: 'boolean' },
  },
});

const misuse = explainMisuse();
if (values.help || values.url === undefined || misuse !== undefined) {
  process.stderr.write(misuse === undefined ? USAGE : `${misuse}\n${USAGE}`);
  process.exitCode = values.help ? 0 : 2;
} else {
  await run(values.url);
}

function explainMisuse(): string | undefined {
  const { api, identifier, revalidation } = values;
  if (api !== undefined && !(APIS as readonly string[]).includes(api)) return `--api is not one of ${APIS.join(', ')}.`;
  if (identifier !== undefined && !/^[^=]+=./s.test(identifier)) {
    return '--identifier is not name=value, such as mobile=919876543210.';
  }
  if (revalidation && identifier === undefined) {
    return '--revalidation needs --identifier: a customer that the upstream finds.';
  }
  return undefined;
}

async function run(url: string): Promise<void> {
  const { key, api, identifier, revalidation } = values;
  const signer = values.signed ? await readSigner() : undefined;
  if (typeof signer === 'string') {
    process.stderr.write(`${signer}\n`);
    process.exitCode = 2;
    return;
  }
  const { lines, problems } = await checkDeployment({
    url,
    key,
    signer,
    identifier: identifier === undefined ? undefined : toIdentifier(identifier),
    apis: api === undefined ? undefined : [api as Api],
    webhookSecret: values['webhook-secret'] ?? process.env.WEBHOOK_SECRET,
    seesRevalidation: revalidation,
    sleep,
  });
  for (const [position, line] of lines.entries()) console.log(`${position + 1}. ${line}`);
  for (const problem of problems) console.log(`Wrong: ${problem}`);
  if (problems.length === 0) {
    console.log('All is well: the upstream was asked, then the cache answered; strangers were refused.');
  } else process.exitCode = 1;
}

/** The AWS identity of this shell, found as the AWS CLI finds it; or in words why there is none. */
async function readSigner(): Promise<Signer | string> {
  const client = new SecretsManagerClient();
  try {
    return { credentials: await client.config.credentials(), region: await client.config.region() };
  } catch (error) {
    return `--signed needs AWS credentials and a region (AWS_REGION, or a profile that has one). ${String(error)}`;
  } finally {
    client.destroy();
  }
}

function toIdentifier(text: string): Identifier {
  const [name = '', ...value] = text.split('=');
  return { name, value: value.join('=') };
}
