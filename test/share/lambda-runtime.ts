/**
 * Lambda's runtime, as far as the functions see it: a process that imports a bundle and answers one event after the
 * other. Run by fork(): the bundle's index.mjs is the argument; events come and answers go as messages.
 */
// The runtime's own client loads it before the bundle.
process.getBuiltinModule('node:http');

/** From the parent. */
export interface EventMessage {
  readonly event: unknown;
  readonly requestId: string;
}

/** To the parent: first when the function is ready, then for each event. */
export interface RuntimeMessage {
  /** The handler's return value; undefined for the first message. */
  readonly answer: unknown;
  /** The error's name and message, if the handler threw. */
  readonly error: string | undefined;
  /** The CPU time of the process for it, all threads together. Milliseconds. */
  readonly cpuMs: number;
}

const [index = ''] = process.argv.slice(2);
const { handler } = await import(index);
let before = process.cpuUsage();
reply({ answer: undefined, error: undefined });

process.on('message', async ({ event, requestId }: EventMessage) => {
  before = process.cpuUsage();
  try {
    reply({ answer: await handler(event, { awsRequestId: requestId }), error: undefined });
  } catch (error) {
    reply({ answer: undefined, error: String(error) });
  }
});

function reply(message: Omit<RuntimeMessage, 'cpuMs'>): void {
  const { user, system } = process.cpuUsage(before);
  process.send?.({ ...message, cpuMs: (user + system) / 1000 } satisfies RuntimeMessage);
}
