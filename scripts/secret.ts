import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { fillSecret, WrongCredentialsError } from './fill-secret.ts';
import { addressOfSecret } from './secret-address.ts';

const USAGE = `Usage: npm run secret -- --secret ARN
  Puts the upstream's credentials into the secret that the stack made (its output UpstreamSecretArn). They come from
  UPSTREAM_CREDENTIALS in the environment, or from standard input, or from questions whose answers are not shown:
  JSON, {"username","password"} for a till or {"key","secret"} for a client. Region and AWS credentials as for the AWS CLI; the
  region must be that of the ARN.
`;

const { values } = parseArgs({ options: { secret: { type: 'string' }, help: { type: 'boolean' } } });
if (values.help || values.secret === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = values.help ? 0 : 2;
} else {
  await run(values.secret);
}

async function run(secretId: string): Promise<void> {
  const address = addressOfSecret(secretId, await readSetRegion());
  if (address.kind === 'refused') {
    process.stderr.write(`Nothing stored. ${address.reason}\n`);
    process.exitCode = 1;
    return;
  }
  const client = new SecretsManagerClient({ region: address.region });
  try {
    const version = await fillSecret(client, secretId, await readGivenCredentials());
    console.log(`The secret holds the credentials now (version ${version}). Next: npm run smoke.`);
  } catch (error) {
    // What the SDK throws names the secret and the reason, not the value.
    const reason = error instanceof WrongCredentialsError ? error.message : `Nothing stored. ${String(error)}`;
    process.stderr.write(`${reason}\n`);
    process.exitCode = 1;
  } finally {
    client.destroy();
  }
}

/** The region that the AWS CLI would use; undefined: none is set. */
async function readSetRegion(): Promise<string | undefined> {
  const client = new SecretsManagerClient();
  try {
    return await client.config.region();
  } catch {
    return undefined;
  } finally {
    client.destroy();
  }
}

async function readGivenCredentials(): Promise<string> {
  const { UPSTREAM_CREDENTIALS: fromEnvironment } = process.env;
  if (fromEnvironment) return fromEnvironment;
  return process.stdin.isTTY ? askForCredentials() : text(process.stdin);
}

async function askForCredentials(): Promise<string> {
  const isTill =
    (await ask("A till's name and password, or a client's key and secret? [till/client] ", true)) !== 'client';
  const [name, secret] = isTill ? (['username', 'password'] as const) : (['key', 'secret'] as const);
  const [nameValue, secretValue] = [await ask(`${name}: `, true), await ask(`${secret} (not shown): `, false)];
  return JSON.stringify({ [name]: nameValue, [secret]: secretValue });
}

async function ask(question: string, isShown: boolean): Promise<string> {
  if (!isShown) process.stderr.write(question);
  // The terminal is in raw mode: what is typed shows only where it is written back.
  const output = isShown ? process.stderr : new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  try {
    return await lines.question(isShown ? question : '');
  } finally {
    lines.close();
    if (!isShown) process.stderr.write('\n');
  }
}
