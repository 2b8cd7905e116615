/**
 * Runs the simulator by itself: `npx node simulator/main.ts --port 4010`. Prints its address, stops at SIGINT or
 * SIGTERM. The credentials it accepts come from flags or from the environment (SIMULATOR_USERNAME, SIMULATOR_PASSWORD,
 * SIMULATOR_KEY, SIMULATOR_SECRET), where they do not show in the list of processes.
 *
 * It answers the v2 look-up (`v2/lookup.ts`), v1.1's customer/get (`v1/get.ts`), and requests for tokens. Its README lists
 * the customers, and the commands that make it slow, failing or wrong while it runs.
 */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { DEFAULT_BASIC_CREDENTIALS, DEFAULT_OAUTH_CREDENTIALS } from './credentials.ts';
import { PRIMARY_IDENTIFIERS, type PrimaryIdentifier } from './customers/identifiers.ts';
import { type SimulatorOptions, startSimulator } from './simulator.ts';

const DEFAULT_PORT = 4010;
const LAST_PORT = 65_535;

const USAGE = `Usage: npx node simulator/main.ts [options]
  --port N                   TCP port on 127.0.0.1; 0: any free one (${DEFAULT_PORT})
  --latency-ms N             how long a reply takes (300)
  --jitter-ms N              by how much it varies (a third of the latency)
  --primary-identifier NAME  ${PRIMARY_IDENTIFIERS.join(', ')}: dual eligibility is on (off)
  --error-status N           HTTP status of replies that hold errors (200)
  --rate-limit-per-minute N  calls a minute, per caller and API; 0: no limit (0)
  --retry-after-seconds N    Retry-After of the rate limit's 429, or none (until the next minute)
  --token-ttl-seconds N      how long a token is good for (3600)
  --customer-count N         how many made-up customers there are (40)
  --username, --password     accepted as Basic (${DEFAULT_BASIC_CREDENTIALS.username}, ${DEFAULT_BASIC_CREDENTIALS.password})
  --key, --secret            accepted for a token (${DEFAULT_OAUTH_CREDENTIALS.key}, ${DEFAULT_OAUTH_CREDENTIALS.secret})
`;

const text = { type: 'string' } as const;
const FLAGS = {
  port: text,
  'latency-ms': text,
  'jitter-ms': text,
  'primary-identifier': text,
  'error-status': text,
  'rate-limit-per-minute': text,
  'retry-after-seconds': text,
  'token-ttl-seconds': text,
  'customer-count': text,
  username: text,
  password: text,
  key: text,
  secret: text,
  help: { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

try {
  const { values } = parseArgs({ options: FLAGS });
  if (values.help) process.stdout.write(USAGE);
  else await run(values);
} catch (error) {
  process.stderr.write(explain(error));
  process.exitCode = 1;
}

/** What was wrong. A port that is in use is no mistake in the command line: the usage would hide the message. */
function explain(error: unknown): string {
  const { code, port, message = String(error) } = Object(error) as NodeJS.ErrnoException & { readonly port?: number };
  return code === 'EADDRINUSE'
    ? `Another process uses port ${port} of 127.0.0.1: stop it, or give another port by --port (0: any free one).\n`
    : `${message}\n\n${USAGE}`;
}

async function run(flags: Readonly<Partial<Record<keyof typeof FLAGS, string | boolean>>>): Promise<void> {
  const simulator = await startSimulator(toOptions(flags));
  process.stdout.write(`The upstream's simulator listens on ${simulator.url}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close());
}

function toOptions(flags: Readonly<Partial<Record<keyof typeof FLAGS, string | boolean>>>): SimulatorOptions {
  const wholeNumber = (name: keyof typeof FLAGS): number | undefined => {
    const value = flags[name];
    if (value === undefined) return undefined;
    if (!/^\d{1,9}$/.test(String(value))) throw new TypeError(`--${name} is "${value}"; allowed is a whole number.`);
    return Number(value);
  };
  const given = (name: keyof typeof FLAGS, variable: string, otherwise: string): string =>
    String(flags[name] ?? process.env[variable] ?? otherwise);
  return {
    port: portOf(wholeNumber('port') ?? DEFAULT_PORT),
    latencyMs: wholeNumber('latency-ms'),
    jitterMs: wholeNumber('jitter-ms'),
    primaryIdentifier: toPrimaryIdentifier(flags['primary-identifier']),
    errorStatus: wholeNumber('error-status'),
    rateLimitPerMinute: wholeNumber('rate-limit-per-minute'),
    retryAfterSeconds: flags['retry-after-seconds'] === 'none' ? 'none' : wholeNumber('retry-after-seconds'),
    tokenTtlSeconds: wholeNumber('token-ttl-seconds'),
    customerCount: wholeNumber('customer-count'),
    basic: {
      username: given('username', 'SIMULATOR_USERNAME', DEFAULT_BASIC_CREDENTIALS.username),
      password: given('password', 'SIMULATOR_PASSWORD', DEFAULT_BASIC_CREDENTIALS.password),
    },
    oauth: {
      key: given('key', 'SIMULATOR_KEY', DEFAULT_OAUTH_CREDENTIALS.key),
      secret: given('secret', 'SIMULATOR_SECRET', DEFAULT_OAUTH_CREDENTIALS.secret),
    },
  };
}

function toPrimaryIdentifier(value: string | boolean | undefined): PrimaryIdentifier | undefined {
  if (value === undefined || value === '') return undefined;
  const found = PRIMARY_IDENTIFIERS.find((name) => name === value);
  if (found === undefined) {
    throw new TypeError(`--primary-identifier is "${value}"; allowed is ${PRIMARY_IDENTIFIERS.join(', ')}.`);
  }
  return found;
}

function portOf(port: number): number {
  if (port > LAST_PORT) throw new TypeError(`--port is "${port}"; allowed is 0 to ${LAST_PORT}.`);
  return port;
}
