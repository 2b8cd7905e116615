import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readV2Request } from '../../functions/customer/v2/v2-request.ts';
import { NO_DIRECTIVES } from '../../functions/lookup/directives.ts';
import { createLookupService } from '../../functions/lookup-service.ts';
import { parseSettings } from '../../functions/settings/settings.ts';
import { type Respond, startHttpServer } from '../support/loopback-server.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:lookaside/upstream-AbCdEf';
const environment = { ...process.env };

beforeEach(() => {
  Object.assign(process.env, { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
});
afterEach(() => {
  process.env = { ...environment };
});

test('if Secrets Manager fails, one miss asks it: the others fail at once', async () => {
  const failing: Respond = (response) => {
    const body = JSON.stringify({ __type: 'InternalServiceError', Message: 'of no use' });
    response.writeHead(500, { 'content-type': 'application/x-amz-json-1.1' }).end(body);
  };
  const secrets = await startHttpServer(failing);
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = secrets.url;
  const upstream = await startHttpServer((response) => void response.end('{}'));
  const service = createLookupService(
    parseSettings({
      CACHE_MODE: 'bypass',
      CACHE_KEY_SECRET: 'a-key-secret-of-a-test-that-is-long-enough',
      UPSTREAM_BASE_URL: upstream.url,
      UPSTREAM_CREDENTIALS_ARN: ARN,
    }),
  );
  const lookUp = async (identifierValue: string) => {
    const parameters = { source: 'INSTORE', identifierName: 'externalId', identifierValue };
    const asked = await readV2Request(Object.entries(parameters), service.reading);
    return (await service.lookup(asked, NO_DIRECTIVES)).answer;
  };
  const failed = { kind: 'failed', failure: 'credentials-unreadable' };
  expect(await lookUp('first')).toEqual(failed);
  const reads = secrets.requests.length;
  expect(reads).toBeLessThanOrEqual(2);
  expect(await Promise.all(['second', 'third', 'fourth'].map(lookUp))).toEqual([failed, failed, failed]);
  expect([secrets.requests.length, upstream.requests.length]).toEqual([reads, 0]);
});
