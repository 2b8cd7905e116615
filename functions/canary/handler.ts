import type { RequestLog } from '../adapters/telemetry/logger.ts';
import type { CanarySettings } from '../settings/canary-settings.ts';
import { bySignature } from '../smoke/by-signature.ts';
import { type Target, toTarget } from '../smoke/exchange.ts';
import { madeUp } from '../smoke/identifier.ts';
import { checkLookups, type Findings, type LookupOptions } from '../smoke/lookup-check.ts';

/** The canary found a problem. Lambda counts the error, and the alarm watches that count. */
export class CanaryFailure extends Error {
  override readonly name = 'CanaryFailure';
}

/**
 * Looks a made-up customer up at the deployment's own address, as a till does, and says what is wrong. It changes only
 * the entry of that look-up, which says that there is no such customer.
 *
 * @throws {CanaryFailure} if something is wrong; the log line says the same
 */
export type Canary = () => Promise<void>;

/** Makes the canary: the smoke test's look-ups (`functions/smoke/`), run by a schedule. */
export function createCanary({ url, key, signing, apis, identifier }: CanarySettings, log: RequestLog): Canary {
  const proof = signing && bySignature(signing, Date.now);
  return async () => {
    const { lines, problems } = await check(toTarget(url, key, proof), { apis, identifier: madeUp(identifier) });
    if (problems.length === 0) {
      log.info('canary', { lines });
      return;
    }
    log.error('canary', { lines, problems });
    throw new CanaryFailure(problems.join(' '));
  };
}

async function check(target: Target | string, options: LookupOptions): Promise<Findings> {
  return typeof target === 'string' ? { lines: [], problems: [target] } : checkLookups(target, options);
}
