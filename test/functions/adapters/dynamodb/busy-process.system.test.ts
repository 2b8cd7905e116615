import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { EMPTY_ITEM } from '../../../../functions/lookup/entry.ts';
import { aKey } from './entries.ts';
import { outcomeOf, READERS, SLACK_MS, storesBy } from './failing-stores.ts';

describe.each(READERS)('STORE_READER=%s:', (reader) => {
  const storeAt = storesBy(reader);

  describe('a process that is busy', () => {
    const TIMEOUT_MS = 100;

    /** A store in a thread of its own, which answers while this one is busy. */
    async function startStoreInThread(answersAfterMs: number) {
      const script = `
      const { createServer } = require('node:http');
      const { parentPort, workerData } = require('node:worker_threads');
      let requests = 0;
      const server = createServer((request, response) => {
        const waitMs = requests++ === 0 ? 0 : workerData;
        request.resume().on('end', () => setTimeout(() => {
          response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
        }, waitMs));
      });
      server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`;
      const worker = new Worker(script, { eval: true, workerData: answersAfterMs, execArgv: [] });
      const [port] = await once(worker, 'message');
      return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: async () => void (await worker.terminate()) };
    }

    function beBusy(ms: number): void {
      const until = performance.now() + ms;
      while (performance.now() < until);
    }

    test.each([
      ['once, for long', 1, 3 * TIMEOUT_MS, 0.6 * TIMEOUT_MS],
      ['again and again', 4, TIMEOUT_MS, 3.6 * TIMEOUT_MS],
    ])(
      'does not treat an answer as late that came while it was busy %s',
      async (_title, times, busyMs, answersAfterMs) => {
        await using server = await startStoreInThread(answersAfterMs);
        const store = storeAt(server.url, TIMEOUT_MS);
        await store.open();
        const reading = store.read(aKey());
        reading.catch(() => undefined);
        await sleep(TIMEOUT_MS / 10);
        for (let time = 0; time < times; time += 1) {
          // After the loop looked for replies, and before its timers.
          await new Promise((turned) => setImmediate(turned));
          beBusy(busyMs);
        }
        expect(await reading).toEqual(EMPTY_ITEM);
      },
    );

    test('still treats an answer as late that does not come', async () => {
      await using server = await startStoreInThread(60_000);
      const store = storeAt(server.url, TIMEOUT_MS);
      await store.open();
      const outcome = outcomeOf(() => store.read(aKey()));
      beBusy(TIMEOUT_MS);
      expect(await outcome).toMatchObject({ trouble: 'late' });
      expect((await outcome).freeMs).toBeLessThan(2 * TIMEOUT_MS + SLACK_MS);
    });
  });
});
