import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fate, type StoreCall, StoreFates, type StoreTrouble } from './store-trouble.ts';

/** The requests to a store since the counts were last cleared. */
export interface StoreCounts {
  /** Every call. */
  readonly calls: number;
  /** By their result. Calls with a broken connection are in none of these. */
  readonly fates: Readonly<Record<Fate, number>>;
  /** By its name. */
  readonly operations: Readonly<Record<string, number>>;
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const HOST = '127.0.0.1';

/** DynamoDB's own words for it. */
const ERRORS: Readonly<Record<Exclude<Fate, 'served'>, readonly [status: number, type: string, message: string]>> = {
  'over-capacity': [
    400,
    'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
    'The level of configured provisioned throughput for the table was exceeded.',
  ],
  throttled: [400, 'com.amazon.coral.availability#ThrottlingException', 'Rate exceeded'],
  failed: [500, 'com.amazonaws.dynamodb.v20120810#InternalServerError', 'Internal server error'],
};

/** The way into a DynamoDB that runs in this process. */
export class StoreDoor {
  readonly #dynamoDb: Server;
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  #trouble: StoreTrouble = {};
  #fates = createFates({});
  #unprocessedKeys = 0;
  #port = 0;
  #counts = noCounts();

  constructor(dynamoDb: Server) {
    this.#dynamoDb = dynamoDb;
    this.#server.keepAliveTimeout = 0;
  }

  get counts(): StoreCounts {
    return this.#counts;
  }

  clear(): void {
    this.#counts = noCounts();
  }

  /** Says what is wrong from now on. */
  async set(trouble: StoreTrouble): Promise<void> {
    this.#trouble = trouble;
    this.#fates = createFates(trouble);
    this.#unprocessedKeys = trouble.unprocessedKeys ?? 0;
    if (trouble.broken === 'refused') await this.#close();
    else await this.open();
  }

  /** @returns its address, which is always the same */
  async open(): Promise<string> {
    if (!this.#server.listening) {
      await new Promise<void>((listening) => this.#server.listen(this.#port, HOST, listening));
      this.#port = (this.#server.address() as AddressInfo).port;
    }
    return `http://${HOST}:${this.#port}`;
  }

  async #close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    try {
      const body = await textOf(request);
      const { broken, lateMs = 0, lateShare = 1 } = this.#trouble;
      const call = toCall(request, body);
      this.#count(this.#counts.operations, call.operation);
      this.#counts = { ...this.#counts, calls: this.#counts.calls + 1 };
      if (broken === 'hang') return;
      if (broken === 'reset') return void request.socket.resetAndDestroy();
      const reply = await this.#reply(request, body, call);
      if (lateMs > 0 && Math.random() < lateShare) await sleep(lateMs);
      response.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) });
      response.end(reply.body);
    } catch {
      // The caller is gone.
      response.destroy();
    }
  }

  async #reply(request: IncomingMessage, body: string, call: StoreCall): Promise<Reply> {
    const fate = this.#fates.of(call);
    this.#count(this.#counts.fates, fate);
    if (fate !== 'served') {
      const [status, type, message] = ERRORS[fate];
      return { status, headers: { 'content-type': JSON_TYPE }, body: JSON.stringify({ __type: type, message }) };
    }
    const leftOut = call.operation === 'BatchGetItem' ? this.#unprocessedKeys : 0;
    if (leftOut === 0) return this.#serve(request, body);
    this.#unprocessedKeys = 0;
    return this.#serveWithout(request, body, leftOut);
  }

  /** Serves a BatchGetItem as if so many of its keys could not be read. */
  async #serveWithout(request: IncomingMessage, body: string, count: number): Promise<Reply> {
    const input = JSON.parse(body) as { RequestItems: Record<string, { Keys: object[] }> };
    const [[table = '', asked = { Keys: [] }] = []] = Object.entries(input.RequestItems);
    const served = { ...input, RequestItems: { [table]: { ...asked, Keys: asked.Keys.slice(count) } } };
    const { status, headers, body: text } = await this.#serve(request, JSON.stringify(served));
    const UnprocessedKeys = { [table]: { ...asked, Keys: asked.Keys.slice(0, count) } };
    return { status, headers, body: JSON.stringify({ ...(JSON.parse(text) as object), UnprocessedKeys }) };
  }

  /** Lets the DynamoDB itself answer: its own server has a listener for requests, and needs no connection for it. */
  #serve({ method, url, headers }: IncomingMessage, body: string): Promise<Reply> {
    return new Promise((resolve) => {
      const replyHeaders: Record<string, string> = {};
      const response = {
        statusCode: 200,
        setHeader: (name: string, value: string | number) => {
          // The checksum is of a body that may be changed here.
          if (name !== 'x-amz-crc32') replyHeaders[name.toLowerCase()] = String(value);
        },
        end: (text = '') => resolve({ status: response.statusCode, headers: replyHeaders, body: text }),
      };
      this.#dynamoDb.emit(
        'request',
        Object.assign(Readable.from([Buffer.from(body)]), { method, url, headers }),
        response,
      );
    });
  }

  #count<Name extends string>(counts: Readonly<Record<Name, number>>, name: Name): void {
    const counted = counts as Record<Name, number>;
    counted[name] = (counted[name] ?? 0) + 1;
  }
}

const JSON_TYPE = 'application/x-amz-json-1.0';

function createFates(trouble: StoreTrouble): StoreFates {
  return new StoreFates(trouble, () => performance.now(), Math.random);
}

function noCounts(): StoreCounts {
  return { calls: 0, fates: { served: 0, 'over-capacity': 0, throttled: 0, failed: 0 }, operations: {} };
}

function toCall({ headers }: IncomingMessage, body: string): StoreCall {
  const operation = String(headers['x-amz-target']).split('.')[1] ?? '';
  return { operation, partitions: partitionsIn(body), size: Buffer.byteLength(body) };
}

/** The partition keys that a request names, wherever they stand in it. */
function partitionsIn(body: string): readonly string[] {
  const found = body.matchAll(/"(?:pk|:partition)":\{"S":"([^"]+)"\}/g);
  return [...new Set([...found].map(([, partition = '']) => partition))];
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}
