import type { AuditedHit } from '../../../cli/drift/audit-lines.ts';

/** Audited hits: for each age, a number that were right and a number that were wrong. */
export function hitsOf(...rows: readonly (readonly [ageSeconds: number, same: number, wrong: number])[]) {
  return rows.flatMap(([ageSeconds, same, wrong]): readonly AuditedHit[] => [
    ...Array.from({ length: same }, () => ({ ageSeconds, isWrong: false, sections: [] })),
    ...Array.from({ length: wrong }, () => ({ ageSeconds, isWrong: true, sections: ['loyaltyInfo'] })),
  ]);
}
