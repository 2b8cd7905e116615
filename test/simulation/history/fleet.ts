import { compileProjection, EVERYTHING } from '../../../functions/customer/reply/projection.ts';
import { MAX_CLOCK_DIFFERENCE_MS } from '../../../functions/lookup/fleet.ts';
import type { LookupPolicy } from '../../../functions/lookup/lookup-policy.ts';
import { DEFAULT_READING } from '../../support/request-reading.ts';
import { Instance } from '../instance.ts';
import { Random } from '../random.ts';
import type { World } from '../world.ts';
import type { Scenery } from './scenery.ts';
import { CACHE_TIMEOUT_MS, STALE_SOFT_TIMEOUT_MS, UPSTREAM_TIMEOUT_MS } from './settings.ts';

const NARROW = { v2: compileProjection('id,profiles(firstName)'), 'v1.1': compileProjection('user_id,firstname') };
const WHOLE = { v2: EVERYTHING, 'v1.1': EVERYTHING };
const WIDE = {
  v2: compileProjection('id,profiles(firstName,lastName)'),
  'v1.1': compileProjection('user_id,firstname,lastname'),
};

/** The two deploys that may have instances at the same time while the key's secret rotates. */
const KEY_SECRETS: readonly (readonly [LookupPolicy['keySecrets'], LookupPolicy['keySecrets']])[] = [
  [['old'], ['old', 'new']],
  [
    ['old', 'new'],
    ['new', 'old'],
  ],
  [['new', 'old'], ['new']],
];

/** The share of the hits that a history audits. */
export function auditShareOf(seed: number): number {
  return new Random(seed ^ 0xa0d17).pick([0.1, 0.5, 1]);
}

/**
 * Draws the instances of a fleet: their clocks, and their deploys.
 * @param auditShare the share of the hits that are audited; undefined: none is
 */
export function drawInstances(
  world: World,
  { windows, hazards, isOneDeploy, rotationProbability, callLimits }: Scenery,
  auditShare: number | undefined,
): readonly Instance[] {
  const { random, trace } = world;
  const raised = { ...windows, freshForMs: windows.freshForMs * 3, staleIfErrorMs: windows.staleIfErrorMs * 2 };
  const isDeploying = !isOneDeploy && random.chance(0.3);
  const secrets = isOneDeploy || !random.chance(rotationProbability) ? undefined : random.pick(KEY_SECRETS);
  const half = MAX_CLOCK_DIFFERENCE_MS / 2;
  const projections = random.chance(0.8) ? NARROW : WHOLE;
  return Array.from({ length: random.int(3, 8) }, (_, index) => {
    const isNewer = isDeploying && random.chance(0.5);
    const policy: LookupPolicy = {
      windows: isNewer ? raised : windows,
      staleSoftTimeoutMs: STALE_SOFT_TIMEOUT_MS,
      leaseMs: UPSTREAM_TIMEOUT_MS + CACHE_TIMEOUT_MS,
      storeTimeoutMs: CACHE_TIMEOUT_MS,
      projections: isNewer && random.chance(0.5) ? WIDE : projections,
      keySecrets: secrets === undefined ? ['only'] : random.pick(secrets),
      reading: DEFAULT_READING,
      callLimits,
      ...(auditShare !== undefined && { auditShare }),
    };
    const options = {
      name: `i${index + 1}`,
      aheadMs: random.chance(0.5) ? random.pick([-half, half]) : random.int(-half, half),
      monotonicOriginMs: random.int(0, 1_000_000),
      ...hazards,
      policy,
      reading: { ...DEFAULT_READING, embedAlways: isNewer && random.chance(0.5) ? (['points'] as const) : [] },
    };
    trace(`${options.name}: clock ${options.aheadMs} ms ahead, ${JSON.stringify(policy.windows)}`);
    return new Instance(options, world);
  });
}
