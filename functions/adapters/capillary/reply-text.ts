import { readCappedText } from './capped-body.ts';
import type { HttpReply } from './http-exchange.ts';

/**
 * The reply's text, as `readCappedText` gives it. If the connection breaks inside the body of a redirect or a 4xx, the
 * status still counts, and the body counts as unreadable. If the reply counted as a broken connection, the service
 * would ask again at once, even after a 429, and the breaker would count it.
 *
 * @throws if the connection breaks in the body of any other reply, or the deadline passes in the body of any reply
 * except a 429
 */
export async function readReplyText(reply: HttpReply, deadline: AbortSignal): Promise<string | undefined> {
  const { status } = reply;
  try {
    return await readCappedText(reply);
  } catch (error) {
    const isEnoughKnown = deadline.aborted ? status === 429 : status >= 300 && status < 500;
    if (isEnoughKnown) return undefined;
    throw error;
  }
}
