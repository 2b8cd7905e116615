import { describe, expect, test } from '@jest/globals';
import { FOREIGN_EVENTS } from '../support/foreign-events.ts';
import { start } from './running-service.ts';

/** Invokes a function by Lambda's own API, as a schedule, a plug-in or a trigger does. */
async function invoke(url: string, name: string, event: unknown) {
  const address = `${url}/2015-03-31/functions/${name}/invocations`;
  const response = await fetch(address, { method: 'POST', body: JSON.stringify(event) });
  return {
    status: response.status,
    failure: response.headers.get('x-amz-function-error'),
    answer: (await response.json()) as { readonly body: string },
  };
}

describe('R11: an event that is not its own is answered by', () => {
  test.each(['lookaside-http', 'lookaside-invalidate'])('%s with status 400: it does not fail', async (name) => {
    const { url } = await start();
    for (const [kind, event] of FOREIGN_EVENTS) {
      const { status, failure, answer } = await invoke(url, name, event);
      expect([kind, status, failure]).toEqual([kind, 200, null]);
      expect(answer).toMatchObject({ statusCode: 400, headers: { 'Content-Type': 'application/problem+json' } });
      expect(JSON.parse(answer.body)).toMatchObject({ status: 400, code: 'invalid_parameter' });
    }
  });

  test.each(['lookaside-invoke', 'lookaside-revalidate'])(
    '%s with an error outcome: it does not fail',
    async (name) => {
      const { url } = await start();
      for (const [kind, event] of FOREIGN_EVENTS) {
        const { status, failure, answer } = await invoke(url, name, event);
        expect([kind, status, failure]).toEqual([kind, 200, null]);
        expect(answer).toEqual({
          kind: 'error',
          code: expect.stringMatching(/_parameter$/),
          message: expect.any(String),
        });
      }
    },
  );
});
