import type { APIGatewayProxyEvent } from 'aws-lambda';
import { createClassOf } from '../functions/callers/class-of.ts';
import type { Settings } from '../functions/settings/settings.ts';

/** The source of the look-ups that the first lines suggest. */
export const SOURCE_TO_TRY = 'INSTORE';

/** A caller by its API key. */
export interface CallerToTry {
  /** Undefined: no key is needed. */
  readonly apiKey: string | undefined;
}

/**
 * The first caller that may ask for `SOURCE_TO_TRY`; undefined: its class refuses it to each of them.
 *
 * @param apiKeys LOCAL_API_KEYS; undefined: no key is needed
 */
export function callerToTry(
  { callers, callerProof }: Pick<Settings, 'callers' | 'callerProof'>,
  apiKeys: readonly string[] | undefined,
): CallerToTry | undefined {
  const all = (apiKeys ?? [undefined]).map((apiKey) => ({ apiKey }));
  // A signature or a token comes from the person's own shell.
  if (callers === undefined || callerProof.kind !== 'apiKey') return all[0];
  const classOf = createClassOf(callers, callerProof);
  return all.find((identity) => {
    const found = classOf({ requestContext: { identity } } as APIGatewayProxyEvent);
    return found !== undefined && (found.sources?.includes(SOURCE_TO_TRY) ?? true);
  });
}
