import { Agent, request as sendRequest } from 'node:http';
import type { Counters } from '../../local/simulator/journal.ts';
import { type Program, run } from '../local/program.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

/** Several `npm start` processes on one DynamoDB and one upstream, with a fault proxy before each. */
export interface Fleet {
  readonly instances: readonly Instance[];
  /** Before DynamoDB. */
  readonly store: FaultProxy;
  /** Before the upstream. */
  readonly upstream: FaultProxy;
  /** Tells the upstream's simulator how to behave (`local/simulator/control.ts`). */
  control(command: object): Promise<void>;
  /** What the upstream was asked since it was started. */
  counters(): Promise<Counters>;
  /** Ends every process. */
  close(): Promise<void>;
}

/** One process. */
export interface Instance {
  readonly url: string;
  readonly program: Program;
}

/** A reply, or that there was none. */
export interface Reply {
  readonly status: number;
  readonly cacheStatus: string;
  readonly age: number;
  readonly body: string;
  /** From the first byte sent to the last received. */
  readonly tookMs: number;
}

const LOOKUP = '/v2/customers/lookup/customerDetails';

export interface FleetOptions {
  /** How many processes there are. */
  readonly size: number;
  /** Their settings, by their names in the environment. */
  readonly settings: Readonly<Record<string, string>>;
  /** How long the upstream takes. Milliseconds. */
  readonly latencyMs: number;
  /** Whether they reach DynamoDB without the proxy, which adds to what is measured. Default: false. */
  readonly isStoreDirect?: boolean;
}

export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const { size, settings, latencyMs, isStoreDirect = false } = options;
  await using started = new AsyncDisposableStack();
  const start = (file: string, args: readonly string[], environment: Readonly<Record<string, string>>): Program => {
    const program = run(file, args, environment);
    started.defer(async () => {
      program.kill('SIGKILL');
      await program.exit;
    });
    return program;
  };
  const dynamoDb = start('test/fleet/dynamodb.ts', [], {});
  const simulator = start(
    'local/simulator/main.ts',
    ['--port', '0', '--latency-ms', `${latencyMs}`, '--jitter-ms', '0'],
    {},
  );
  const [, dynamoDbUrl = ''] = await dynamoDb.waitFor(/at (http:\S+)/);
  const [, simulatorUrl = ''] = await simulator.waitFor(/on (http:\S+)/);

  const store = started.adopt(await startFaultProxy(dynamoDbUrl), (proxy) => proxy.close());
  const upstream = started.adopt(await startFaultProxy(simulatorUrl), (proxy) => proxy.close());
  const programs = Array.from({ length: size }, () =>
    start('local/main.ts', [], {
      PORT: '0',
      AWS_ENDPOINT_URL_DYNAMODB: isStoreDirect ? dynamoDbUrl : store.url,
      UPSTREAM_BASE_URL: upstream.url,
      UPSTREAM_CREDENTIALS: '{"username":"till.demo","password":"demo-password"}',
      LOG_LEVEL: 'SILENT',
      ...settings,
    }),
  );
  const instances = await Promise.all(
    programs.map(async (program): Promise<Instance> => {
      const [, url = ''] = await program.waitFor(/answers on (http:\/\/[\d.:]+)/);
      return { url, program };
    }),
  );
  const parts = started.move();
  return {
    instances,
    store,
    upstream,
    control: async (command) => {
      const body = JSON.stringify(command);
      const reply = await send(`${simulatorUrl}/__control`, 'POST', { 'content-type': 'application/json' }, body);
      if (reply.status !== 200) throw new Error(reply.body);
    },
    counters: async () => {
      const { body } = await send(`${simulatorUrl}/__control?requests=0`);
      return (JSON.parse(body) as { readonly counters: Counters }).counters;
    },
    close: () => parts.disposeAsync(),
  };
}

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

/** Sends a request; status 0 stands for no reply at all. */
export function send(
  url: string,
  method = 'GET',
  headers: Readonly<Record<string, string>> = {},
  body = '',
): Promise<Reply> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const none = () => resolve({ status: 0, cacheStatus: '', age: 0, body: '', tookMs: performance.now() - startedAt });
    const request = sendRequest(
      url,
      { method, headers: { ...headers, 'content-length': Buffer.byteLength(body) }, agent },
      (reply) => {
        let text = '';
        reply.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        reply.on('error', none);
        reply.on('end', () =>
          resolve({
            status: reply.statusCode ?? 0,
            cacheStatus: String(reply.headers['cache-status'] ?? ''),
            age: Number(reply.headers.age),
            body: text,
            tookMs: performance.now() - startedAt,
          }),
        );
      },
    );
    request.on('error', none);
    request.end(body);
  });
}

/** Looks a customer up at an instance. */
export function lookUp(
  { url }: Instance,
  parameters: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  return send(`${url}${LOOKUP}?${new URLSearchParams({ source: 'INSTORE', ...parameters })}`, 'GET', headers);
}

/** The value below which this share of all lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** Numbers for the reader, beside what is asserted. */
export function print(what: string, numbers: Readonly<Record<string, number | string>>): void {
  const rounded = Object.entries(numbers).map(([name, value]) => {
    return `${name} ${typeof value === 'number' ? Math.round(value * 10) / 10 : value}`;
  });
  process.stdout.write(`${what}: ${rounded.join(', ')}\n`);
}
