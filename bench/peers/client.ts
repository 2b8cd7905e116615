import { Agent, get } from 'node:http';

/** One answer, as a till sees it. */
export interface Seen {
  /** 0: the connection broke, or there was no answer in time. */
  readonly status: number;
  readonly tookMs: number;
}

const TIMEOUT_MS = 15_000;
const agent = new Agent({ keepAlive: true, maxSockets: 2000 });

/** Looks a customer up at a box. Never fails. */
export function lookUp(url: string, identifierName: string, identifierValue: string): Promise<Seen> {
  const query = new URLSearchParams({ source: 'INSTORE', identifierName, identifierValue });
  const startedAt = performance.now();
  const seen = (status: number): Seen => ({ status, tookMs: performance.now() - startedAt });
  return new Promise((answered) => {
    const request = get(
      `${url}/v2/customers/lookup/customerDetails?${query}`,
      { agent, timeout: TIMEOUT_MS },
      (response) => {
        response.resume();
        response.on('end', () => answered(seen(response.statusCode ?? 0)));
        response.on('error', () => answered(seen(0)));
      },
    );
    request.on('timeout', () => request.destroy());
    request.on('error', () => answered(seen(0)));
  });
}

/** Closes the connections, so that the next peer begins without any. */
export function closeConnections(): void {
  agent.destroy();
}

/** The value that this share of the values does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
