import { isLoopback } from '../functions/settings/loopback.ts';
import { type Target, toTarget } from '../functions/smoke/exchange.ts';
import { wordsFor } from '../functions/smoke/given-text.ts';
import { ROUTES } from '../infra/routes.ts';
import type { Context } from './command.ts';
import { UsageError } from './exit-codes.ts';
import { text } from './parameters.ts';

const URL_VARIABLE = 'LOOKASIDE_URL';
const KEY_VARIABLE = 'LOOKASIDE_API_KEY';

/** The address of Lookaside, and the key of its gateway: options of every command that asks it over HTTP. */
export const PLACE = {
  url: text({
    value: 'ADDRESS',
    help: "where Lookaside is: the stack's output Endpoint; without it, the service of npm start",
    environment: URL_VARIABLE,
  }),
  key: text({ value: 'KEY', help: "an API key's value", environment: KEY_VARIABLE, isSecret: true }),
} as const;

/** The port of `npm start`, without PORT. */
const DEFAULT_PORT = '3000';
const LAST_PORT = 65_535;

/** The paths that are easily given with the address, such as that of a till's look-up: those without a variable part. */
const REQUEST_PATHS = ROUTES.map(({ path }) => path).filter((path) => path !== '/' && !path.includes('{'));

/** A Lookaside to ask, on this machine or deployed. */
export interface Place extends Target {
  /** Whether it is on this machine, where nothing needs a signature. */
  readonly isHere: boolean;
}

/** @throws {UsageError} if the address or the key cannot be valid; the message says where it came from */
export function placeOf(
  { url, key }: { readonly url: string | undefined; readonly key: string | undefined },
  { environment }: Pick<Context, 'environment'>,
): Place {
  const nameOf = (option: string, variable: string, value: string | undefined): string =>
    value !== undefined && value === environment[variable]?.trim() ? variable : option;
  const names = { url: nameOf('--url', URL_VARIABLE, url), key: nameOf('--key', KEY_VARIABLE, key) };
  const target = toTarget(url ?? `http://127.0.0.1:${localPort(environment.PORT)}/`, key, undefined, names);
  if (typeof target === 'string') {
    // The message does not repeat an address that may be private, so it says what may be missing.
    const isBare = target.startsWith(names.url) && !url?.includes('://');
    throw new UsageError(`${target}${isBare ? ' It begins with https://, or on this machine with http://.' : ''}`);
  }
  const requestPath = REQUEST_PATHS.find((path) => target.url.pathname.endsWith(`${path}/`));
  if (requestPath !== undefined) {
    throw new UsageError(
      `${names.url} ends in ${requestPath}, the path of a request; give the part before it: the stack's output Endpoint, or http://127.0.0.1:3000.`,
    );
  }
  return { ...target, isHere: isLoopback(target.url) };
}

/** The port of the service of `npm start`. */
function localPort(given: string | undefined): string {
  const port = given?.trim() || DEFAULT_PORT;
  if (/^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) <= LAST_PORT) return port;
  throw new UsageError(
    `PORT is ${wordsFor(port)}; allowed is a whole number, 1 to ${LAST_PORT}: the port of npm start. Or give its address by --url.`,
  );
}
