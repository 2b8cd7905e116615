import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { functionRegionOf, lambdaRegion } from '../../../../functions/adapters/lambda/lambda-region.ts';
import { type LocalService, startLocal } from '../../../../local/service.ts';
import { startForgettingServer } from '../../../support/forgetting-server.ts';
import { closedAddress, startHttpServer } from '../../../support/loopback-server.ts';
import { PATIENT } from '../../../support/patience.ts';

// Two services of one machine stand for two regions: one invokes the other's function.

const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:lookaside-invalidate:live';
const LOOKUP = '/v2/customers/lookup/customerDetails?source=INSTORE&identifierName=mobile&identifierValue=1234512345';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const environment = { ...PATIENT, PORT: '0', LOG_LEVEL: 'SILENT', STALE_WHILE_REVALIDATE_SECONDS: '0' };
const simulator = { latencyMs: 0, jitterMs: 0 };

let far: LocalService;
let near: LocalService;
beforeAll(async () => {
  far = await startLocal(environment, { simulator });
  near = await startLocal({ ...environment, OTHER_REGIONS: ARN, AWS_ENDPOINT_URL_LAMBDA: far.url }, { simulator });
});
afterAll(async () => {
  await near?.close();
  await far?.close();
});

const cacheStatus = async ({ url }: LocalService) => (await fetch(url + LOOKUP)).headers.get('cache-status') ?? '';
const fill = async () => {
  for (const service of [near, far]) {
    // The service does not store an answer that was requested just after a purge.
    while (!(await cacheStatus(service)).includes('; hit')) await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

describe('a service with another region', () => {
  test('purges there too, and says how many entries that were in both', async () => {
    await fill();
    const response = await fetch(`${near.url}/cache/customers/566881933`, { method: 'DELETE' });
    expect([response.status, await response.json()]).toEqual([200, { purged: 2 }]);
    expect(await cacheStatus(far)).toContain('fwd=miss');
  });

  test('hands an event over with its secret and its body', async () => {
    await fill();
    const response = await fetch(`${near.url}/events/capillary`, {
      method: 'POST',
      headers: { authorization: 'local-webhook-secret' },
      body: JSON.stringify({ eventName: 'customerUpdated', data: { customerIdentifiers: { customerId: 566881933 } } }),
    });
    expect([response.status, await response.json()]).toEqual([200, { invalidated: 2 }]);
    expect(await cacheStatus(far)).toContain('fwd=miss');
  });
});

describe('a function in another region', () => {
  const event = { httpMethod: 'DELETE' };
  const soon = 60_000;

  test('is named by the region of its ARN', () => {
    expect(lambdaRegion(ARN).name).toBe('eu-west-1');
    expect(functionRegionOf('arn:aws-cn:lambda:cn-north-1:111122223333:function:f:live')).toBe('cn-north-1');
  });

  test('is an error if nothing answers', async () => {
    const region = lambdaRegion(ARN, { endpoint: await closedAddress(), credentials, maxAttempts: 1 });
    await expect(region.send(event, soon)).rejects.toThrow();
  });

  test('is an error if it failed, without the text of its failure', async () => {
    const server = await startHttpServer((response) => {
      response.writeHead(200, { 'x-amz-function-error': 'Unhandled' }).end('{"errorMessage":"566881933"}');
    });
    const failed = lambdaRegion(ARN, { endpoint: server.url, credentials }).send(event, soon);
    await expect(failed).rejects.toMatchObject({ name: 'FunctionFailedError', message: 'Unhandled' });
  });

  test('is asked once more on a new connection if the kept-alive one is dead', async () => {
    const server = await startForgettingServer((response) => void response.writeHead(200).end('{}'));
    const region = lambdaRegion(ARN, { endpoint: server.url, credentials, maxAttempts: 1 });
    expect([await region.send(event, soon), await region.send(event, soon)]).toEqual([{}, {}]);
    expect(server.connectionCount).toBe(2);
  });

  test('is given up when its time is over', async () => {
    const server = await startHttpServer(() => undefined);
    await expect(lambdaRegion(ARN, { endpoint: server.url, credentials }).send(event, 20.5)).rejects.toThrow();
  });
});
