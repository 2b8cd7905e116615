import { MAX_CLOCK_LEAD_MS } from '../../functions/lookup/freshness.ts';
import { type Reply, send, type Target } from '../../functions/smoke/exchange.ts';
import { isWrongPath } from '../not-the-local-service.ts';
import { type Finding, skipped, well, wrong } from './finding.ts';
import type { Patient } from './patient.ts';

/** The header `Date` has whole seconds. */
const DATE_STEP_MS = 1000;

/**
 * Compares this machine's clock with that of a server. The time of the network is allowed for: the clock is wrong only
 * if the server's `Date` lies outside the time between question and answer.
 * @param server the name of the server, for the message
 */
export function checkClock(reply: Reply | undefined, server: string): Finding {
  const date = reply === undefined ? Number.NaN : Date.parse(reply.headers.get('date') ?? '');
  if (reply === undefined || Number.isNaN(date)) return skipped('clock', 'no server tells the time');
  const aheadMs = reply.askedAt - DATE_STEP_MS - date;
  const behindMs = date - reply.answeredAt;
  const offMs = Math.max(aheadMs, behindMs);
  if (offMs <= MAX_CLOCK_LEAD_MS) return well('clock', `it agrees with that of ${server}`);
  return wrong(
    'clock',
    `This machine's clock is about ${Math.round(offMs / 1000)} s ${aheadMs > behindMs ? 'ahead of' : 'behind'} that of ${server}.`,
    'Set it by NTP. Entries that are stamped more than 5 s ahead are misses, and AWS refuses signatures beyond 300 s.',
  );
}

/** The reply of the upstream's own address, of any kind: it has the time. */
export async function askTime({ settings, isSimulated }: Patient): Promise<Reply | undefined> {
  if (settings === undefined || isSimulated) return undefined;
  const reply = await send(
    { url: new URL(`${settings.upstream.baseUrl}/`), key: undefined },
    { path: '', method: 'HEAD' },
  );
  return typeof reply === 'string' ? undefined : reply;
}

/** The reply of `GET /health`, or a text that says why there is none. */
export function askHealth(target: Target): Promise<Reply | string> {
  return send(target, { path: 'health' });
}

/**
 * Whether the service answers, and reaches its table.
 * @param reply undefined: the doctor did not ask
 * @param isAsked whether the command line names the address: if it does not, perhaps no service runs there
 */
export function checkService(reply: Reply | string | undefined, isAsked: boolean, host: string): Finding {
  if (reply === undefined) return skipped('service', 'not asked: --url says where the deployment is');
  if (typeof reply === 'string') {
    return isAsked
      ? wrong('service', reply, 'Check the address, and whether the service runs.')
      : skipped('service', `nothing answers at ${host}: npm start does not run`);
  }
  const { status, store } = healthOf(reply);
  if (status === undefined && isWrongPath(reply)) {
    return wrong(
      'service',
      `Lookaside answers at ${host}, but has nothing at this path.`,
      "--url is the stack's output Endpoint, which ends in /live/; on this machine it has no path.",
    );
  }
  if (status === undefined) {
    return wrong(
      'service',
      `The answer at ${host} (HTTP status ${reply.status}) is not from Lookaside.`,
      "--url is the stack's output Endpoint, which ends in /live/; another program may have the port.",
    );
  }
  if (status !== 'ok') {
    return wrong(
      'service',
      `It answers, and says ${status}: its store is ${store}.`,
      "Look-ups go on, each to the upstream. Check the table and the function's right to it; its log says why.",
    );
  }
  return well('service', `it answers at ${host}, and its store is ${store}`);
}

function healthOf({ body, status }: Reply): { readonly status?: string; readonly store?: string } {
  try {
    const health = Object(JSON.parse(body));
    return status === 200 && typeof health.status === 'string'
      ? { status: health.status, store: String(health.store) }
      : {};
  } catch {
    return {};
  }
}
