import type { Counters } from '../../simulator/journal.ts';
import { type Program, run } from '../local/program.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { type Reply, send } from './send.ts';

/** Several `npm start` processes on one DynamoDB and one upstream. */
export interface Fleet<Store extends RunningStore> {
  readonly instances: readonly Instance[];
  readonly store: Store;
  /** Before the upstream. */
  readonly upstream: FaultProxy;
  /** Tells the upstream's simulator how to behave (`simulator/README.md`). */
  control(command: object): Promise<void>;
  /** Removes every fault of the simulator. */
  clearFaults(): Promise<void>;
  /** The requests to the simulator since its start. */
  counters(): Promise<Counters>;
  /** Ends every process. */
  close(): Promise<void>;
}

/** One process. */
export interface Instance {
  readonly url: string;
  readonly program: Program;
}

/** The address that the instances use for DynamoDB. */
export interface RunningStore {
  readonly url: string;
  close?(): Promise<void>;
}

/** Starts one of our own files as a process, which is ended with the fleet. */
export type StartProgram = (
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
) => Program;

export interface FleetOptions<Store extends RunningStore> {
  /** How many processes there are. */
  readonly size: number;
  /** Their settings, by their names in the environment. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How long the upstream takes. Milliseconds. */
  readonly latencyMs: number;
  /** Starts their store, such as `startTroubledStore`. */
  readonly store: (start: StartProgram) => Promise<Store>;
  /**
   * Whether they reach the simulator without the fault proxy. The proxy runs in the process of the test, which has no time
   * for it while it sends a thousand requests. Default: false.
   */
  readonly isUpstreamDirect?: boolean;
}

/** A DynamoDB, and nothing before it. */
export async function startPlainStore(start: StartProgram): Promise<RunningStore> {
  const [, url = ''] = await start('test/fleet/dynamodb.ts', [], {}).waitFor(/at (http:\S+)/);
  return { url };
}

/** A DynamoDB behind a fault proxy. */
export async function startFaultyStore(start: StartProgram): Promise<FaultProxy> {
  return startFaultProxy((await startPlainStore(start)).url);
}

export async function startFleet<Store extends RunningStore>(options: FleetOptions<Store>): Promise<Fleet<Store>> {
  const { size, settings = {}, latencyMs, isUpstreamDirect = false } = options;
  await using started = new AsyncDisposableStack();
  const start: StartProgram = (file, args, environment) => {
    const program = run(file, args, environment);
    started.defer(async () => {
      program.kill('SIGKILL');
      await program.exit;
    });
    return program;
  };
  const simulator = start('simulator/main.ts', ['--port', '0', '--latency-ms', `${latencyMs}`, '--jitter-ms', '0'], {});
  const store = started.adopt(await options.store(start), async (each) => each.close?.());
  const [, simulatorUrl = ''] = await simulator.waitFor(/on (http:\S+)/);
  const upstream = started.adopt(await startFaultProxy(simulatorUrl), (proxy) => proxy.close());
  const programs = Array.from({ length: size }, () =>
    start('local/main.ts', [], {
      PORT: '0',
      AWS_ENDPOINT_URL_DYNAMODB: store.url,
      UPSTREAM_BASE_URL: isUpstreamDirect ? simulatorUrl : upstream.url,
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
  const control = async (method: string, path: string, command?: object): Promise<Reply> => {
    const headers = { 'content-type': 'application/json' };
    const reply = await send(`${simulatorUrl}/__control${path}`, method, headers, command && JSON.stringify(command));
    if (reply.status !== 200) throw new Error(reply.body);
    return reply;
  };
  const parts = started.move();
  return {
    instances,
    store,
    upstream,
    control: async (command) => void (await control('POST', '', command)),
    clearFaults: async () => void (await control('DELETE', '/faults')),
    counters: async () => {
      const { body } = await control('GET', '?requests=0');
      return (JSON.parse(body) as { readonly counters: Counters }).counters;
    },
    close: () => parts.disposeAsync(),
  };
}
