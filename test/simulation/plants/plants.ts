import { AGE } from './age.ts';
import { AUDITS } from './audits.ts';
import { BUDGET } from './budget.ts';
import { DEFINITE_ANSWERS } from './definite-answers.ts';
import { DROPS } from './drops.ts';
import { FILLS } from './fills.ts';
import { HANDED_OVER } from './handed-over.ts';
import { ISOLATION } from './isolation.ts';
import { LEASES } from './leases.ts';
import { PAUSES } from './pauses.ts';
import { PENDING } from './pending.ts';
import type { Plant } from './plant.ts';
import { PREFETCH } from './prefetch.ts';
import { PURGES } from './purges.ts';
import { REVALIDATION } from './revalidation.ts';
import { STORE_OPERATIONS } from './store-operations.ts';
import { STORE_TROUBLE } from './store-trouble.ts';
import { UPSTREAM_CALLS } from './upstream-calls.ts';

/** Every bug that the checker must catch. */
export const PLANTS: readonly Plant[] = [
  ...ISOLATION,
  ...AGE,
  ...FILLS,
  ...PURGES,
  ...DEFINITE_ANSWERS,
  ...DROPS,
  ...LEASES,
  ...STORE_OPERATIONS,
  ...STORE_TROUBLE,
  ...REVALIDATION,
  ...PAUSES,
  ...UPSTREAM_CALLS,
  ...BUDGET,
  ...AUDITS,
  ...PENDING,
  ...HANDED_OVER,
  ...PREFETCH,
];
