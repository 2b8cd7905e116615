import type { RequestLog } from '../adapters/telemetry/logger.ts';
import type { CanarySettings } from '../settings/canary-settings.ts';
import { bySignature } from '../smoke/by-signature.ts';
import { type Target, toTarget } from '../smoke/exchange.ts';
import { checkLookups, type Findings } from '../smoke/lookup-check.ts';

/** The canary found a problem. Lambda counts the error, and the alarm watches that count. */
export class CanaryFailure extends Error {
  override readonly name = 'CanaryFailure';
}

/**
 * Looks a made-up customer up at the deployment's own address by each API, as a till does, and says what is wrong. It
 * asks the second API even if the first one has a problem. It changes only the entries of these look-ups, which say that
 * there is no such customer.
 *
 * @throws {CanaryFailure} if something is wrong; the log line says the same
 */
export type Canary = () => Promise<void>;

/** Makes the canary: the smoke test's look-ups (`functions/smoke/`), run by a schedule. */
export function createCanary({ url, key, signing, ...asked }: CanarySettings, log: RequestLog): Canary {
  const proof = signing && bySignature(signing, Date.now);
  return async () => {
    const { lines, problems } = await check(toTarget(url, key, proof), asked);
    if (problems.length === 0) {
      log.info('canary', { lines });
      return;
    }
    log.error('canary', { lines, problems });
    throw new CanaryFailure(problems.join(' '));
  };
}

async function check(
  target: Target | string,
  { apis, identifier }: Pick<CanarySettings, 'apis' | 'identifier'>,
): Promise<Findings> {
  if (typeof target === 'string') return { lines: [], problems: [target] };
  const [lines, problems]: [string[], string[]] = [[], []];
  // One API after the other: the canary's usage plan allows few requests a second.
  for (const api of apis) {
    const findings = await checkLookups(target, { apis: [api], madeUpKind: identifier });
    lines.push(...findings.lines);
    problems.push(...findings.problems);
  }
  return { lines, problems };
}
