import { afterEach } from '@jest/globals';
import type { Environment } from '../../functions/settings/settings.ts';
import { startEmbeddedDynamoDb } from '../../local/embedded-dynamodb.ts';
import { startLocal } from '../../local/service.ts';
import type { SimulatorOptions } from '../../simulator/options.ts';
import { type Simulator, startSimulator } from '../../simulator/simulator.ts';
import { startHoldingProxy } from '../support/holding-proxy.ts';
import { PATIENT } from '../support/patience.ts';

const running: { close(): unknown }[] = [];
afterEach(async () => {
  for (const server of running.splice(0).reverse()) await server.close();
});

/** The whole service, with a simulated upstream that answers at once. It is closed after the test. */
export async function start(environment: Environment = {}, simulated: SimulatorOptions = {}) {
  return startWith(await simulate(simulated), environment);
}

/** The same, with a proxy before its store and one before its upstream. They hold requests if a test says so. */
export async function startHeld(environment: Environment = {}, simulated: SimulatorOptions = {}) {
  const dynamoDb = await startEmbeddedDynamoDb(undefined);
  running.push(dynamoDb);
  const simulator = await simulate(simulated);
  const [beforeStore, beforeUpstream] = [await startHoldingProxy(dynamoDb.url), await startHoldingProxy(simulator.url)];
  const service = await startWith(simulator, {
    AWS_ENDPOINT_URL_DYNAMODB: beforeStore.url,
    UPSTREAM_BASE_URL: beforeUpstream.url,
    ...environment,
  });
  return { ...service, beforeStore, beforeUpstream };
}

async function simulate(options: SimulatorOptions): Promise<Simulator> {
  const simulator = await startSimulator({ latencyMs: 0, ...options });
  running.push(simulator);
  return simulator;
}

async function startWith(upstream: Simulator, environment: Environment) {
  const service = await startLocal({
    PORT: '0',
    UPSTREAM_BASE_URL: upstream.url,
    UPSTREAM_CREDENTIALS: '{"username":"till.demo","password":"demo-password"}',
    LOG_LEVEL: 'SILENT',
    ...PATIENT,
    ...environment,
  });
  running.push(service);
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${service.url}${path}`, init);
    const text = await response.text();
    return {
      status: response.status,
      cacheStatus: response.headers.get('cache-status') ?? '',
      age: Number(response.headers.get('age')),
      headers: response.headers,
      text,
    };
  };
  const lookup = (parameters: Record<string, string>, headers: Record<string, string> = {}) => {
    const query = new URLSearchParams({ source: 'INSTORE', ...parameters });
    return ask(`/v2/customers/lookup/customerDetails?${query}`, { headers });
  };
  const get = (parameters: Record<string, string>, headers: Record<string, string> = {}) =>
    ask(`/v1.1/customer/get?${new URLSearchParams(parameters)}`, { headers });
  return { upstream, url: service.url, storeUrl: service.store.url, ask, lookup, get };
}

/** The parameters of a look-up by one identifier. */
export const by = (identifierName: string, identifierValue: string, others: Record<string, string> = {}) => ({
  identifierName,
  identifierValue,
  ...others,
});

export const STORED = 'lookaside; fwd=miss; fwd-status=200; stored';
