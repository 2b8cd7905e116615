import { inAudit, inKeep } from './code.ts';
import type { Plant } from './plant.ts';

/** Mistakes that an audit of a hit may make. */
export const AUDITS: readonly Plant[] = [
  {
    bug: 'an audit compares an entry that replaced the one that was served',
    breaks: [1],
    isAudited: true,
    plantings: [
      inAudit('servedItem', (sound) => (item, audit, now) => {
        const served = sound(item && { ...item, version: audit.version }, audit, now);
        return typeof served === 'string' ? served : (item ?? served);
      }),
      inAudit('olderThan', (sound) => (audit, now) => ({ ...sound(audit, now), maxAgeMs: 1 })),
    ],
  },
  {
    bug: 'an audit asks without a lease',
    breaks: [5],
    isAudited: true,
    plantings: [inAudit('olderThan', (sound) => (audit, now) => ({ ...sound(audit, now), noStore: true }))],
  },
  {
    // Or the search first finds that the newer answer, which may be stored, is not stored: promise 5.
    bug: 'an audit stores an older answer',
    breaks: [4, 5],
    isAudited: true,
    plantings: [
      inKeep('keepAnswer', (sound) => {
        const olderByKey = new Map<string, Parameters<typeof sound>[4]>();
        return async (ports, policy, asked, lease, fetched) => {
          const key = `${asked.key.partition} ${asked.key.variant}`;
          const older = olderByKey.get(key) ?? fetched;
          olderByKey.set(key, older);
          return sound(ports, policy, asked, lease, asked.purpose === 'audit' ? older : fetched);
        };
      }),
    ],
  },
];
