/**
 * Runs the simulator by itself: `npx node simulator/main.ts --port 4010`. Prints its address, stops at SIGINT or
 * SIGTERM. The credentials it accepts come from flags or from the environment (SIMULATOR_USERNAME, SIMULATOR_PASSWORD,
 * SIMULATOR_KEY, SIMULATOR_SECRET), where they do not show in the list of processes.
 *
 * It answers the v2 look-up (`v2/lookup.ts`), v1.1's customer/get (`v1/get.ts`), and requests for tokens. Its README lists
 * the customers, and the commands that make it slow, failing or wrong while it runs.
 */
import { parseArgs } from 'node:util';
import { initialBehaviour } from './behaviour.ts';
import { DEFAULT_BASIC_CREDENTIALS as BASIC, DEFAULT_OAUTH_CREDENTIALS as OAUTH } from './credentials.ts';
import { PRIMARY_IDENTIFIERS } from './customers/identifiers.ts';
import { DEFAULT_CUSTOMER_COUNT } from './customers/made-up-customers.ts';
import type { SimulatorOptions } from './options.ts';
import { startSimulator } from './simulator.ts';

const DEFAULT_PORT = 4010;
const PRIMARY = PRIMARY_IDENTIFIERS.join(', ');
const USUAL = initialBehaviour({});

/** The numbers that a flag may have. Default: 0 to 999999999. */
const RANGES: Readonly<Record<string, readonly [least: number, most: number]>> = {
  port: [0, 65_535],
  'error-status': [200, 599],
};

/** The flags: the name, what the value is (N: a whole number), and the meaning with the default. */
const FLAGS = [
  ['port', 'N', `TCP port on 127.0.0.1; 0: any free one (${DEFAULT_PORT})`],
  ['latency-ms', 'N', `how long a reply takes (${USUAL.latencyMs})`],
  ['jitter-ms', 'N', 'by how much it varies (a third of the latency)'],
  ['error-status', 'N', `HTTP status of replies that hold errors (${USUAL.errorStatus})`],
  ['rate-limit-per-minute', 'N', `calls a minute, per caller and API; 0: no limit (${USUAL.rateLimitPerMinute})`],
  ['customer-count', 'N', `how many made-up customers there are (${DEFAULT_CUSTOMER_COUNT})`],
  ['primary-identifier', 'NAME', `${PRIMARY}: dual eligibility is on (off)`],
  ['username', 'TEXT', `accepted as Basic (${BASIC.username})`],
  ['password', 'TEXT', `accepted as Basic (${BASIC.password})`],
  ['key', 'TEXT', `accepted for a token (${OAUTH.key})`],
  ['secret', 'TEXT', `accepted for a token (${OAUTH.secret})`],
] as const;

type Flags = Readonly<Record<string, string | boolean | undefined>>;

const lines = FLAGS.map(([name, value, meaning]) => `  ${`--${name} ${value}`.padEnd(27)} ${meaning}\n`);
const USAGE = `Usage: npx node simulator/main.ts [options]\n${lines.join('')}`;

try {
  const options = Object.fromEntries(FLAGS.map(([name]) => [name, { type: 'string' } as const]));
  const { values } = parseArgs({ options: { ...options, help: { type: 'boolean' } } });
  if (values.help) process.stdout.write(USAGE);
  else await run(values);
} catch (error) {
  process.stderr.write(explain(error));
  process.exitCode = 1;
}

/**
 * Says what was wrong. It leaves out the usage for a port that is in use: the command line is right, and the usage
 * would hide the message.
 */
function explain(error: unknown): string {
  const { code, port, message = String(error) } = Object(error) as NodeJS.ErrnoException & { readonly port?: number };
  return code === 'EADDRINUSE'
    ? `Another process uses port ${port} of 127.0.0.1: stop it, or give another port by --port (0: any free one).\n`
    : `${message}\n\n${USAGE}`;
}

async function run(flags: Flags): Promise<void> {
  const simulator = await startSimulator(toOptions(flags));
  process.stdout.write(`The upstream's simulator listens on ${simulator.url}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close());
}

function toOptions(flags: Flags): SimulatorOptions {
  const numbers = FLAGS.filter(([name, value]) => value === 'N' && flags[name] !== undefined).map(([name]) => {
    const option = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    const [least, most] = RANGES[name] ?? [0, 999_999_999];
    const number = /^\d+$/.test(String(flags[name])) ? Number(flags[name]) : Number.NaN;
    if (number >= least && number <= most) return [option, number];
    throw new TypeError(`--${name} is "${flags[name]}"; allowed is ${least} to ${most}.`);
  });
  const name = flags['primary-identifier'] || undefined;
  const primaryIdentifier = PRIMARY_IDENTIFIERS.find((one) => one === name);
  if (primaryIdentifier !== name) throw new TypeError(`--primary-identifier is "${name}"; allowed is ${PRIMARY}.`);
  const given = (flag: string, otherwise: string): string =>
    String(flags[flag] ?? process.env[`SIMULATOR_${flag.toUpperCase()}`] ?? otherwise);
  return {
    port: DEFAULT_PORT,
    ...Object.fromEntries(numbers),
    primaryIdentifier,
    basic: { username: given('username', BASIC.username), password: given('password', BASIC.password) },
    oauth: { key: given('key', OAUTH.key), secret: given('secret', OAUTH.secret) },
  };
}
