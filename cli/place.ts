import { isLoopback } from '../functions/settings/loopback.ts';
import { type Target, toTarget } from '../functions/smoke/exchange.ts';
import type { Context } from './command.ts';
import { UsageError } from './exit-codes.ts';
import { text } from './parameters.ts';

/** The address of Lookaside, and the key of its gateway: options of every command that asks it over HTTP. */
export const PLACE = {
  url: text({
    value: 'ADDRESS',
    help: "where Lookaside is: the stack's output Endpoint; without it, the service of npm start",
    environment: 'LOOKASIDE_URL',
  }),
  key: text({ value: 'KEY', help: "an API key's value", environment: 'LOOKASIDE_API_KEY', isSecret: true }),
} as const;

/** The address of `npm start`, by PORT. */
const DEFAULT_PORT = '3000';

/** A Lookaside to ask, on this machine or deployed. */
export interface Place extends Target {
  /** Whether it is on this machine, where nothing needs a signature. */
  readonly isHere: boolean;
}

/** @throws {UsageError} if the address or the key cannot be valid */
export function placeOf(
  { url, key }: { readonly url: string | undefined; readonly key: string | undefined },
  { environment }: Pick<Context, 'environment'>,
): Place {
  const target = toTarget(url ?? `http://127.0.0.1:${environment.PORT?.trim() || DEFAULT_PORT}/`, key);
  if (typeof target === 'string') throw new UsageError(target);
  return { ...target, isHere: isLoopback(target.url) };
}
