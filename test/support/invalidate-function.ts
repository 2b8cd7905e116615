import { createInvalidateHandler } from '../../functions/invalidate/handler.ts';
import type { OtherRegion } from '../../functions/invalidate/other-regions.ts';
import type { InvalidationStore } from '../../functions/lookup/ports.ts';
import { startFleet } from './fleet.ts';
import { RecordingLog } from './lookup-service.ts';
import { type ProxyRequest, proxyEvent } from './proxy-event.ts';
import { DEFAULT_READING } from './request-reading.ts';

/** A body as the gateway passes it on: text, or bytes in base64. */
export type EventBody = string | Uint8Array | object;

/**
 * The function of cache administration and of the webhook, over the store of a fleet. The fleet's look-ups fill the
 * store.
 * @param own the function's view of the store; default: the store itself
 */
export function startInvalidateFunction({
  keySecrets = ['secret'],
  webhookSecrets = ['hook'],
  otherRegions = [] as readonly OtherRegion[],
  own = (fleet: ReturnType<typeof startFleet>): InvalidationStore => fleet.store,
} = {}) {
  const fleet = startFleet();
  const { clock, ask } = fleet;
  const log = new RecordingLog();
  const handler = createInvalidateHandler({
    store: own(fleet),
    clock,
    log,
    reading: DEFAULT_READING,
    keySecrets,
    webhookSecrets,
    otherRegions,
  });
  const send = async (request: ProxyRequest) => {
    const { statusCode, headers = {}, body } = await handler(proxyEvent(request), { awsRequestId: 'invocation-1' });
    return { status: statusCode, headers: headers as Record<string, string>, body };
  };
  const sendEvent = (event: EventBody, headers: ProxyRequest['headers'] = {}) => {
    const isBytes = event instanceof Uint8Array;
    const text = typeof event === 'string' ? event : JSON.stringify(event);
    return send({
      method: 'POST',
      resource: '/events/capillary',
      headers: { Authorization: 'hook', ...headers },
      ...(isBytes ? { body: Buffer.from(event).toString('base64'), isBase64Encoded: true } : { body: text }),
    });
  };
  const purgeCustomer = (customerId: string) =>
    send({ method: 'DELETE', resource: '/cache/customers/{customerId}', pathParameters: { customerId } });
  const purgeEntries = (query: Readonly<Record<string, string>>) =>
    send({
      method: 'DELETE',
      resource: '/cache/entries',
      query: new URLSearchParams({ source: 'INSTORE', ...query }).toString(),
    });
  const isKept = async (query: Readonly<Record<string, string>>) =>
    (await ask(query, { onlyIfCached: true })).answer.kind !== 'not-cached';
  /** The log line of the last request. */
  const reported = () => log.lines.at(-1)?.facts ?? {};
  return { ...fleet, handler, log, send, sendEvent, purgeCustomer, purgeEntries, isKept, reported };
}
