import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Bundle } from '../../infra/bundle.ts';
import type { CountsMessage } from './counts-process.ts';
import { readUnits, writeUnits } from './item-size.ts';
import { lookupEvent } from './lambda-events.ts';
import type { HitWorld } from './world.ts';

/** The requests and bytes of a hit: the same on every machine. */
export interface CountsFigures {
  /** Requests to DynamoDB, by operation. */
  readonly dynamoDb: {
    readonly init: readonly string[];
    readonly firstHit: readonly string[];
    readonly nextHit: readonly string[];
  };
  /** JavaScript that is loaded until the first hit is answered. Bytes. */
  readonly codeBytes: number;
  readonly codeFiles: number;
  /** The same of the function that only reads the item by the SDK. Bytes. */
  readonly bareCodeBytes: number;
  /** The log line of a hit, its line break included, with a duration of two digits and an age of five. Bytes. */
  readonly logBytes: number;
  readonly logLines: number;
  /** By the size of the profile. */
  readonly items: readonly ItemFigures[];
}

/** What an item of one size takes. */
export interface ItemFigures {
  /** The JSON that is served. */
  readonly bodyBytes: number;
  readonly itemBytes: number;
  /** Of a strongly consistent read. */
  readonly readUnits: number;
  readonly writeUnits: number;
}

/** How long the profiles are at least. Bytes. */
const PROFILE_BYTES = [0, 3_000, 18_000, 200_000];

/** Counts what a hit loads, reads and writes. The counts do not depend on the machine. */
export async function measureCounts(world: HitWorld): Promise<CountsFigures> {
  const customers = await world.fill(PROFILE_BYTES);
  const [customer] = customers;
  if (customer === undefined) throw new Error('No customer was filled.');
  const { dynamoDb } = world;
  const { process, init } = await startRehearsed(world);
  const event = lookupEvent(customer.mobile, 'gzip');
  const first = await process.hit(event);
  const firstHit = dynamoDb.takeOperations();
  const second = await process.hit(event);
  const nextHit = dynamoDb.takeOperations();
  if (first.codeBytes !== second.codeBytes) throw new Error('The second hit loaded code that the first did not.');
  const lines = await process.end();
  const bare = startCounting(world.bare, world.environment);
  await bare.next();
  bare.child.send(customer.bareEvent);
  const { codeBytes: bareCodeBytes } = await bare.next();
  await bare.end();
  const hitLines = lines.filter((line) => line.includes('"cache":"hit"') && !line.includes('"init"'));
  return {
    dynamoDb: { init, firstHit, nextHit },
    codeBytes: first.codeBytes,
    codeFiles: first.files.length,
    bareCodeBytes,
    logBytes: Buffer.byteLength(withUsualTimes(hitLines.at(-1) ?? '')) + 1,
    logLines: hitLines.length / 2,
    items: customers.map(({ bodyBytes, itemBytes }) => ({
      bodyBytes,
      itemBytes,
      readUnits: readUnits(itemBytes),
      writeUnits: writeUnits(itemBytes),
    })),
  };
}

/** How often a process is started at most, if its store answers too late. */
const MOST_STARTS = 10;

/**
 * Starts a process that rehearsed a hit, and tells what its start asked the store. A start does not wait for a store that is
 * late, and on a busy machine this one may be: then the process is started again.
 */
async function startRehearsed({ lookaside, environment, dynamoDb }: HitWorld) {
  for (let starts = 1; ; starts += 1) {
    dynamoDb.takeOperations();
    const process = startCounting(lookaside, environment);
    await process.next();
    const init = dynamoDb.takeOperations();
    if (init.length > 0 || starts === MOST_STARTS) return { process, init };
    await process.end();
  }
}

/** A log line with the usual number of digits in its times, so that its length is always the same. */
function withUsualTimes(line: string): string {
  return line.replace(/"(durationMs|Latency_Hit)":\d+/g, '"$1":10').replace(/"ageMs":\d+/, '"ageMs":10000');
}

interface Counting {
  readonly child: ChildProcess;
  next(): Promise<CountsMessage>;
  hit(event: object): Promise<CountsMessage>;
  /** Ends it. Returns the lines that it wrote to standard output. */
  end(): Promise<readonly string[]>;
}

function startCounting(bundle: Bundle, environment: Readonly<Record<string, string>>): Counting {
  const script = path.join(import.meta.dirname, 'counts-process.ts');
  const child = fork(script, [path.join(bundle.folder, 'index.mjs')], {
    env: environment,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const next = async (): Promise<CountsMessage> => {
    const [message] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => {
        throw new Error(`The counting process ended with ${code}.`);
      }),
    ]);
    return message as CountsMessage;
  };
  return {
    child,
    next,
    hit: async (event) => {
      child.send(event);
      const message = await next();
      if (!message.cacheStatus.startsWith('lookaside; hit')) throw new Error(`No hit: ${message.cacheStatus}`);
      return message;
    },
    end: async () => {
      const closed = once(child, 'close');
      child.send('end');
      await closed;
      return output.split('\n').filter((line) => line !== '');
    },
  };
}
