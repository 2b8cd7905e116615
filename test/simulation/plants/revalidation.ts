import { inKeep, inRevalidation, inSlowUpstream } from './code.ts';
import type { Plant } from './plant.ts';

/** Contract §3: a slow upstream, and the revalidations that still get its answers. */
export const REVALIDATION: readonly Plant[] = [
  {
    bug: 'a fetch that is given up asks for no revalidation',
    breaks: ['§3'],
    theme: 'slow',
    plantings: [
      inKeep('keepFailure', (sound) => async (ports, asked, lease, item, fetched) => {
        if (!fetched.isGivenUp) return sound(ports, asked, lease, item, fetched);
        await lease.end({ outcome: { kind: 'given-up', token: lease.token } });
        return 'not-asked';
      }),
    ],
  },
  {
    bug: 'a fetch that is given up holds back revalidation as a failed one does',
    breaks: ['§3'],
    theme: 'slow',
    plantings: [
      inRevalidation('askingMark', () => ({ revalidation }, now) => {
        return { until: now + 10_000, backoffMs: 2 * (revalidation?.backoffMs ?? 0) || 10_000 };
      }),
    ],
  },
  {
    bug: 'a mark left though no revalidation could be asked for',
    breaks: ['§3'],
    plantings: [
      inRevalidation(
        'invoke',
        () =>
          async ({ revalidator }, { request }) =>
            (await revalidator.revalidate(request)) ? 'asked' : 'lost',
      ),
    ],
  },
  {
    bug: 'marks not heeded: each stale hit asks',
    breaks: ['§3'],
    plantings: [inRevalidation('isHeldBack', () => () => false)],
  },
  {
    bug: 'a failed revalidation does not hold back the next one',
    breaks: ['§3'],
    plantings: [
      inKeep(
        'keepFailure',
        (sound) => (ports, asked, lease, item, fetched) =>
          sound(ports, { ...asked, purpose: 'answer' }, lease, item, fetched),
      ),
    ],
  },
  {
    bug: 'an upstream that was too slow once taken for slow: stale entries do not wait for it',
    breaks: [2],
    theme: 'slow',
    plantings: [
      inSlowUpstream(
        'SlowUpstream',
        (Sound) =>
          class extends Sound {
            override gaveUp(api: Parameters<InstanceType<typeof Sound>['gaveUp']>[0]) {
              for (let times = 0; times < 3; times += 1) super.gaveUp(api);
            }
          },
      ),
    ],
  },
  {
    bug: 'an upstream taken for slow though it has answered in time since',
    breaks: [2],
    plantings: [
      inSlowUpstream(
        'SlowUpstream',
        (Sound) =>
          class extends Sound {
            override answered() {
              // It stays slow.
            }
          },
      ),
    ],
  },
];
