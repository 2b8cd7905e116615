import { type Proof, type Target, toTarget } from '../../functions/smoke/exchange.ts';
import type { Identifier } from '../../functions/smoke/identifier.ts';
import { checkLookups, type Findings, type LookupOptions } from '../../functions/smoke/lookup-check.ts';
import { checkPurge, type Signer } from './purge-check.ts';
import { checkRevalidation, type Waiting } from './revalidation-check.ts';
import { checkWebhook } from './webhook-check.ts';

/** The deployment to check, and the proof of its caller. */
export interface SmokeOptions extends LookupOptions, Waiting {
  /** The stack's output `Endpoint`, or whatever stands in front of it. */
  readonly url: string;
  /** An API key's value. Default: none is sent. */
  readonly key?: string | undefined;
  /** The credential of look-ups in place of a key. Default: none. */
  readonly proof?: Proof | undefined;
  /** The webhook's secret. Default: no event is sent with it. */
  readonly webhookSecret?: string | undefined;
  /** The identity that signs a purge. Default: no signed purge. */
  readonly signer?: Signer | undefined;
  /** Whether to wait for a stale entry and see it revalidated. Needs an identifier. Default: no. */
  readonly seesRevalidation?: boolean;
}

/** Checks a deployment from outside, one part after the other, and ends with the first part that has a problem. Never throws. */
export async function checkDeployment({ url, key, proof, sleep, ...options }: SmokeOptions): Promise<Findings> {
  const target = toTarget(url, key, proof);
  if (typeof target === 'string') return { lines: [], problems: [target] };
  const lines: string[] = [];
  for (const check of checksOf(target, { ...options, sleep })) {
    const findings = await check();
    lines.push(...findings.lines);
    if (findings.problems.length > 0) return { lines, problems: findings.problems };
  }
  return { lines, problems: [] };
}

function checksOf(target: Target, options: Omit<SmokeOptions, 'url' | 'key' | 'proof'>): (() => Promise<Findings>)[] {
  const { identifier, seesRevalidation = false, sleep } = options;
  const revalidated: Identifier | undefined = seesRevalidation ? identifier : undefined;
  return [
    () => checkLookups(target, options),
    () => checkWebhook(target, options.webhookSecret),
    () => checkPurge(target, options.signer),
    ...(revalidated === undefined ? [] : [() => checkRevalidation(target, revalidated, { sleep })]),
  ];
}
