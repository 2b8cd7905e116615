import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface FakeKey {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  enabled: boolean;
  readonly createdDate: number;
}

interface FakePlan {
  readonly id: string;
  readonly name: string;
  readonly keyIds: Set<string>;
}

/** A request that is refused, as API Gateway refuses it. */
class Refused extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string) {
    super(type);
    this.status = status;
    this.type = type;
  }
}

/**
 * API Gateway's own API, as far as keys need it: keys and usage plans of one account and region, in pages of two, on a
 * free port of loopback. The rules are those of AWS: a value is in use once, and a key is in one plan of a stage.
 */
export class FakeApiGateway {
  readonly keys: FakeKey[] = [];
  readonly plans: FakePlan[];
  /** The use of each key, day by day, by its id. */
  readonly used = new Map<string, readonly (readonly [used: number, remaining: number])[]>();
  /** Every request: method and path. */
  readonly requests: string[] = [];
  /** The next changes of this method and path are refused; the text is the error's name. */
  readonly refusing = new Map<string, string>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor(planNames: readonly string[]) {
    this.plans = planNames.map((name, index) => ({ id: `plan${index + 1}`, name, keyIds: new Set() }));
  }

  async start(): Promise<string> {
    await new Promise<void>((started) => this.#server.listen(0, '127.0.0.1', started));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((stopped) => this.#server.close(stopped));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const { method = 'GET' } = request;
    this.requests.push(`${method} ${url.pathname}`);
    try {
      const refused = this.refusing.get(`${method} ${url.pathname}`);
      if (refused !== undefined) throw new Refused(400, refused);
      const body = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
      const answer = this.#answer(method, url, body);
      response
        .writeHead(method === 'POST' ? 201 : 200, { 'content-type': 'application/json' })
        .end(JSON.stringify(answer));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const headers = { 'content-type': 'application/json', 'x-amzn-errortype': error.type };
      response.writeHead(error.status, headers).end(JSON.stringify({ message: error.type }));
    }
  }

  #answer(method: string, url: URL, body: Readonly<Record<string, unknown>>): unknown {
    const [collection, id = '', part] = url.pathname.split('/').slice(1);
    switch (`${method} ${collection} ${id === '' ? '' : 'one'} ${part ?? ''}`.trim().replace(/ +/g, ' ')) {
      case 'GET apikeys': {
        const start = url.searchParams.get('name') ?? '';
        const withValues = url.searchParams.get('includeValues') === 'true';
        const named = this.keys.filter(({ name }) => name.startsWith(start));
        return page(
          url,
          named.map(({ value, ...key }) => ({ ...key, ...(withValues && { value }) })),
        );
      }
      case 'POST apikeys':
        return this.#create(body as unknown as FakeKey);
      case 'PATCH apikeys one':
        return this.#disable(id, body);
      case 'GET usageplans':
        return page(
          url,
          this.plans.map(({ id, name }) => ({ id, name })),
        );
      case 'GET usageplans one keys':
        return page(
          url,
          [...this.#plan(id).keyIds].map((keyId) => ({ id: keyId, type: 'API_KEY' })),
        );
      case 'POST usageplans one keys':
        return this.#add(id, String(body.keyId));
      case 'GET usageplans one usage': {
        const own = [...this.#plan(id).keyIds].map((keyId) => [keyId, this.used.get(keyId) ?? []]);
        return { values: Object.fromEntries(own), startDate: url.searchParams.get('startDate') };
      }
      default:
        throw new Refused(404, 'NotFoundException');
    }
  }

  #create({ name, value, enabled }: FakeKey): object {
    if (value.length < 20 || value.length > 128) throw new Refused(400, 'BadRequestException');
    if (this.keys.some((key) => key.value === value)) throw new Refused(409, 'ConflictException');
    const key = {
      id: `key${this.keys.length + 1}`,
      name,
      value,
      enabled,
      createdDate: 1_795_320_000 + this.keys.length,
    };
    this.keys.push(key);
    return key;
  }

  #disable(id: string, { patchOperations }: { readonly patchOperations?: unknown }): object {
    const key = this.keys.find((each) => each.id === id);
    if (key === undefined) throw new Refused(404, 'NotFoundException');
    for (const { op, path, value } of patchOperations as readonly Record<string, string>[]) {
      if (op !== 'replace' || path !== '/enabled') throw new Refused(400, 'BadRequestException');
      key.enabled = value === 'true';
    }
    return key;
  }

  #add(planId: string, keyId: string): object {
    if (this.plans.some(({ keyIds }) => keyIds.has(keyId))) throw new Refused(409, 'ConflictException');
    this.#plan(planId).keyIds.add(keyId);
    return { id: keyId, type: 'API_KEY' };
  }

  #plan(id: string): FakePlan {
    const plan = this.plans.find((each) => each.id === id);
    if (plan === undefined) throw new Refused(404, 'NotFoundException');
    return plan;
  }
}

const PAGE = 2;

function page(url: URL, all: readonly object[]): object {
  const start = Number(url.searchParams.get('position') ?? 0);
  const next = start + PAGE < all.length ? { position: String(start + PAGE) } : {};
  return { item: all.slice(start, start + PAGE), ...next };
}
