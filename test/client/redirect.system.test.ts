import { expect, test } from '@jest/globals';
import { createLookaside } from '../../client/src/index.ts';
import { startHttpServer } from '../support/loopback-server.ts';

const QUERY = { source: 'INSTORE', identifierName: 'mobile', identifierValue: '9876543210' } as const;

test.each([301, 302, 303, 307, 308])(
  'a redirect (%i) gets no key, and its outcome says what to check',
  async (status) => {
    const other = await startHttpServer((response) => void response.end('{}'));
    const gateway = await startHttpServer(
      (response) => void response.writeHead(status, { location: `${other.url}/lookups` }).end(),
    );
    const outcome = await createLookaside({ endpoint: gateway.url, apiKey: 'till-key' }).lookup(QUERY);
    expect(outcome).toEqual({
      kind: 'error',
      code: 'invalid_answer',
      message: `${gateway.url}/lookups redirects, and the client follows no redirect. Check the endpoint: https, the host, and the stage.`,
    });
    expect([gateway.requests.length, other.requests.length]).toEqual([1, 0]);
  },
);
