import type { ConsoleReply } from './reply.ts';
import { json } from './reply.ts';

/** The page's control of the simulated upstream. */
export interface UpstreamControl {
  /** Its counters, faults and latency; undefined: it does not answer. */
  state(): Promise<unknown>;
  customers(query: string): Promise<ConsoleReply>;
  command(command: unknown): Promise<ConsoleReply>;
  /** @param part the rest of the address: empty for everything, or `/faults` */
  reset(part: string): Promise<ConsoleReply>;
  /** Sends an event notification about a customer to the webhook. */
  notify(command: unknown): Promise<ConsoleReply>;
}

/** The addresses that the page's controls need. */
export interface UpstreamControlOptions {
  /** The address of the simulator's control endpoint. */
  readonly controlUrl: string;
  /** The webhook's address, once the service has one. */
  readonly webhookUrl: () => string;
  /** The webhook's secret. It stays in this process; the page never gets it. */
  readonly webhookSecret: string | undefined;
}

/** How long the simulator may take to answer. Milliseconds. */
const TIMEOUT_MS = 5000;

/** Passes the page's commands on to the simulator's control endpoint. The page may not reach that port itself. */
export function createUpstreamControl(options: UpstreamControlOptions): UpstreamControl {
  const { controlUrl, webhookUrl, webhookSecret } = options;

  const send = async (address: string, method = 'GET', body?: unknown): Promise<ConsoleReply> => {
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    try {
      const reply = await fetch(`${controlUrl}${address}`, {
        method,
        ...content,
        headers: { 'content-type': 'application/json' },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return { status: reply.status, headers: { 'Content-Type': 'application/json' }, body: await reply.text() };
    } catch {
      return json(502, { error: 'The simulated upstream does not answer.' });
    }
  };

  return {
    state: async () => {
      const { status, body } = await send('?requests=0');
      return status === 200 ? JSON.parse(String(body)) : undefined;
    },
    customers: (query) => send(`/customers?${new URLSearchParams({ q: query })}`),
    command: (command) => send('', 'POST', command),
    reset: (part) => send(part, 'DELETE'),
    notify: (command) =>
      send('/events', 'POST', {
        ...(typeof command === 'object' ? command : {}),
        to: webhookUrl(),
        ...(webhookSecret !== undefined && { authorization: webhookSecret }),
      }),
  };
}
