import { afterEach } from '@jest/globals';
import { basicAuthorization, DEFAULT_BASIC_CREDENTIALS } from '../../simulator/credentials.ts';
import type { SimulatorOptions } from '../../simulator/options.ts';
import { type Simulator, startSimulator } from '../../simulator/simulator.ts';

/** A simulator without latency on a free port, closed after the test, and a client with the right credentials. */
export interface Client {
  readonly simulator: Simulator;
  v2(query: Record<string, string> | string, headers?: Record<string, string>): Promise<Response>;
  v1(query: Record<string, string> | string, headers?: Record<string, string>): Promise<Response>;
  /** A v2 look-up in INSTORE by externalId. */
  byExternalId(value: string, more?: Record<string, string>): Promise<Response>;
  /** Any path, without credentials. */
  plain(path: string, init?: RequestInit): Promise<Response>;
}

const running: Simulator[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
});

export const AUTHORIZATION = { authorization: basicAuthorization(DEFAULT_BASIC_CREDENTIALS) };

export async function startClient(options: SimulatorOptions = {}): Promise<Client> {
  const simulator = await startSimulator({ latencyMs: 0, ...options });
  running.push(simulator);
  const get = (path: string, query: Record<string, string> | string, headers: Record<string, string> = AUTHORIZATION) =>
    fetch(`${simulator.url}${path}?${new URLSearchParams(query)}`, { headers, redirect: 'manual' });
  const v2: Client['v2'] = (query, headers) => get('/v2/customers/lookup/customerDetails', query, headers);
  return {
    simulator,
    v2,
    v1: (query, headers) => get('/v1.1/customer/get', query, headers),
    byExternalId: (value, more = {}) =>
      v2({ source: 'INSTORE', identifierName: 'externalId', identifierValue: value, ...more }),
    plain: (path, init) => fetch(`${simulator.url}${path}`, init),
  };
}

/** A v2 reply as far as the tests look at it. */
// biome-ignore lint/suspicious/noExplicitAny: the tests read single fields of a reply whose shape is not modelled.
export async function json(response: Response | Promise<Response>): Promise<any> {
  return (await response).json();
}

/** The first customer of a v1.1 reply in its usual shape. */
// biome-ignore lint/suspicious/noExplicitAny: the tests read single fields of a reply whose shape is not modelled.
export async function v1Customer(response: Promise<Response>): Promise<any> {
  return (await json(response)).response.customers.customer[0];
}

/** The first code in `errors[]`; undefined for a customer. */
export async function errorCode(response: Promise<Response>): Promise<number | undefined> {
  return (await json(response)).errors?.[0]?.code;
}
