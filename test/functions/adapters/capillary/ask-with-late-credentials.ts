import { setTimeout as sleep } from 'node:timers/promises';
import { AuthorizationError } from '../../../../functions/adapters/capillary/authorization.ts';
import { createCapillaryUpstream } from '../../../../functions/adapters/capillary/capillary-upstream-over-http.ts';
import { systemClock } from '../../../../functions/adapters/system-clock.ts';
import type { Credentials } from '../../../../functions/credentials.ts';
import { readV2Request } from '../../../../functions/customer/v2/v2-request.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';

/*
 * A process with credentials that cannot be read, which it learns only after the deadline of each look-up has passed:
 * one look-up waited, one was given up while it waited, and one was given up before it began. Prints the answer of
 * each.
 */

const reads: PromiseWithResolvers<Credentials>[] = [];
const upstream = createCapillaryUpstream({
  baseUrl: 'http://127.0.0.1:9',
  timeoutMs: 50,
  clock: systemClock,
  random: Math.random,
  readCredentials: () => {
    const read = Promise.withResolvers<Credentials>();
    reads.push(read);
    return read.promise;
  },
});
const parameters = { source: 'INSTORE', identifierName: 'externalId', identifierValue: 'MP1' };
const { request } = await readV2Request(Object.entries(parameters), DEFAULT_READING);

for (const signal of [undefined, AbortSignal.timeout(10), AbortSignal.abort()]) {
  const { outcome } = await upstream.fetch(request, signal === undefined ? {} : { signal });
  process.stdout.write(`${outcome.kind === 'failed' ? outcome.failure : outcome.kind}\n`);
  reads.at(-1)?.reject(new AuthorizationError('credentials-unreadable', 'The secret cannot be read.'));
  await sleep(10);
}
process.stdout.write(`alive after ${reads.length} reads\n`);
