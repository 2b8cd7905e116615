import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Bundle, type Bundled, bundleFunctions } from '../../infra/bundle.ts';
import { ensureCacheTable } from '../../local/cache-table.ts';
import { type RunningFunctions, startFunctions } from '../../local/functions.ts';
import { LOCAL_WEBHOOK_SECRET } from '../../local/local-webhook-secret.ts';
import { EVENT_FOLDERS } from '../../local/run-event.ts';
import { localAwsConfig } from '../../local/settings.ts';
import { DEFAULT_BASIC_CREDENTIALS } from '../../simulator/credentials.ts';
import { start as startService } from '../acceptance/running-service.ts';
import { describeInstalled } from '../support/describe-installed.ts';
import { PATIENT } from '../support/patience.ts';
import { runtimeClient } from './runtime-client.ts';
import { FunctionError, RuntimeInstance } from './runtime-instance.ts';

// The bundles that CDK deploys, under the program that runs them on Lambda.

const EVENTS = path.resolve('events');
const FOUND = readFileSync(path.join(EVENTS, 'http', 'found-mobile.json'), 'utf8');
const MEMORY_MB = 512;

/** The files of a folder, but for those whose answer depends on a time limit, or on a pause after another one. */
function untimedEvents(folder: string): readonly string[] {
  return readdirSync(path.join(EVENTS, folder)).filter((file) => !/upstream-(busy|hanging|throttling)|wait/.test(file));
}

/** An answer without what two runs of one request differ in: its id, and the age of what it serves. */
function lasting(answer: unknown): unknown {
  const text = JSON.stringify(answer)
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<request>')
    .replaceAll(/simulated-\d+/g, '<upstream request>')
    .replaceAll(/(?<=ttl=|"Age":\[?"|Seconds\\*":)-?\d+/g, '0');
  return JSON.parse(text);
}

await describeInstalled('the deployed functions', runtimeClient, () => {
  let bundles: Readonly<Record<Bundled, Bundle>>;
  let sources: RunningFunctions;
  let environment: Readonly<Record<string, string>>;
  const instances: RuntimeInstance[] = [];

  beforeAll(async () => {
    bundles = await bundleFunctions({ outDir: path.resolve('.cache', 'runtime', 'bundles'), defaultCountry: 'IN' });
    const credentials = { UPSTREAM_CREDENTIALS: JSON.stringify(DEFAULT_BASIC_CREDENTIALS) };
    const log = { info: () => undefined, error: () => undefined };
    sources = await startFunctions({ ...PATIENT, ...credentials }, { log, simulator: { latencyMs: 0 } });
    const endpoint = sources.store.url;
    environment = {
      ...PATIENT,
      ...credentials,
      UPSTREAM_BASE_URL: sources.simulator?.url ?? '',
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      CACHE_TABLE: 'lookaside-deployed',
      WEBHOOK_SECRET: LOCAL_WEBHOOK_SECRET,
    };
    const client = new DynamoDBClient({ endpoint, ...localAwsConfig({}, endpoint) });
    await ensureCacheTable(client, 'lookaside-deployed', AbortSignal.timeout(60_000));
    client.destroy();
  });
  afterAll(async () => {
    for (const instance of instances) await instance.close();
    await sources.close();
  });

  async function start(name: Bundled, settings: Readonly<Record<string, string>> = {}): Promise<RuntimeInstance> {
    const options = {
      bundle: bundles[name],
      environment: { ...environment, CACHE_KEY_SECRET: randomUUID(), ...settings },
      memoryMb: MEMORY_MB,
    };
    const instance = await RuntimeInstance.start(options);
    instances.push(instance);
    return instance;
  }

  // In this order, so that the events of the last folder find entries to invalidate.
  const secret = { CACHE_KEY_SECRET: randomUUID() };
  test.each(EVENT_FOLDERS)('answer each event of events/%s/ as the sources do', async (folder) => {
    const instance = await start(folder, secret);
    const different: unknown[] = [];
    for (const file of untimedEvents(folder)) {
      const json = readFileSync(path.join(EVENTS, folder, file), 'utf8');
      const requestId = randomUUID();
      const expected = await sources[folder].invoke(json, requestId);
      const { answer } = await instance.invoke(JSON.parse(json), requestId);
      const [deployed, local] = [answer, JSON.parse(expected.json)].map(lasting);
      if (!isDeepStrictEqual(deployed, local)) different.push({ file, deployed, local });
    }
    expect(different).toEqual([]);
    expect(instance.errors).toBe('');
  });

  test.each(['TEXT', 'JSON'])('write one line of JSON for each request, with the log format %s', async (format) => {
    const instance = await start('http', { AWS_LAMBDA_LOG_FORMAT: format });
    const first = await instance.invoke(JSON.parse(FOUND), 'request-1');
    const second = await instance.invoke(JSON.parse(FOUND), 'request-2');
    expect([...first.lines, ...second.lines].map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ message: 'init', status: 200 }),
      expect.objectContaining({ level: 'INFO', _aws: expect.anything() }),
      expect.objectContaining({ level: 'INFO', cache: 'hit', Hit: 1, _aws: expect.anything() }),
    ]);
  });

  test('stop at the init if a setting is wrong, and tell Lambda its name', async () => {
    const wrong = start('http', { FRESH_SECONDS: 'soon' });
    await expect(wrong).rejects.toThrow(FunctionError);
    await expect(wrong).rejects.toMatchObject({
      error: { errorType: 'SettingsError', errorMessage: expect.stringContaining('FRESH_SECONDS is "soon"') },
    });
  });

  test('start the function of revalidations without an error', async () => {
    const instance = await start('revalidate');
    expect(instance.errors).toBe('');
  });

  test('let the canary look up, and tell Lambda by an error what it finds wrong', async () => {
    const service = await startService({ LOCAL_API_KEYS: 'made-up-key' }, { latencyMs: 30 });
    const canary = await start('canary', { CANARY_URL: service.url, CANARY_KEY: 'made-up-key' });
    const { answer, lines } = await canary.invoke({}, 'canary-1');
    expect([answer, lines.map((line) => JSON.parse(line))]).toEqual([
      null,
      [expect.objectContaining({ message: 'canary', lines: expect.any(Array) })],
    ]);
    const stranger = await start('canary', { CANARY_URL: service.url, CANARY_KEY: 'another-key' });
    await expect(stranger.invoke({}, 'canary-2')).rejects.toMatchObject({ error: { errorType: 'CanaryFailure' } });
  });
});
