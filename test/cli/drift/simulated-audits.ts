import { poisson, type Random, randomFrom } from '../../../cli/forecast/random.ts';
import { createLog } from '../../../functions/adapters/telemetry/logger.ts';
import { createInvokeHandler } from '../../../functions/invoke/handler.ts';
import { RecordingLog, startLookupService } from '../../support/lookup-service.ts';
import { found } from '../../support/scripted-upstream.ts';

const QUERY = { source: 'INSTORE', identifierName: 'mobile', identifierValue: '9876543210' };
const CUSTOMER = (purchases: number) =>
  found(`{"id":7,"profiles":[{"firstName":"Asha"}],"loyaltyInfo":{"lifetimePurchases":${purchases}}}`);

export interface SimulatedAudits {
  /** How often the upstream changes the customer's points, by chance, at any time alike. */
  readonly changesPerSecond: number;
  /** The age at which each hit is served and audited. Seconds. */
  readonly ages: readonly number[];
  readonly seed: number;
}

/**
 * The log of `-revalidate` for audits of one customer, one after the other: its own handler compares and writes. A clock is
 * turned; the seed decides when the upstream changes.
 */
export async function simulatedAudits({ changesPerSecond, ages, seed }: SimulatedAudits): Promise<string> {
  const { service, clock, upstream, store } = startLookupService();
  const random: Random = randomFrom(seed);
  const lines: string[] = [];
  const context = { awsRequestId: 'request-1' };
  const origin = { environment: 'test', function: 'revalidate' };
  const log = createLog('INFO', origin, { write: (line) => lines.push(line), now: () => clock.now() });
  const revalidate = createInvokeHandler({ service, log, purpose: 'revalidate' });
  let purchases = 0;
  upstream.outcome = CUSTOMER(purchases);
  await createInvokeHandler({ service, log: new RecordingLog() })(QUERY, context);
  for (const age of ages) {
    const [item] = store.items.values();
    const askedAt = item?.entry?.askedAt ?? Number.NaN;
    clock.advance(age * 1000 - (clock.now() - askedAt));
    purchases += poisson(changesPerSecond * age, random);
    upstream.outcome = CUSTOMER(purchases);
    const audit = { version: item?.version, askedAt, servedAt: clock.now(), isExtra: true };
    await revalidate({ ...QUERY, api: 'v2', cacheControl: 'min-fresh=0', audit }, context);
  }
  return lines.join('');
}
