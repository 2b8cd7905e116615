import { measureProfileAndCoupons } from './join-measurement.ts';
import { measuredTable } from './measured-table.ts';

// Prints what a customer's profile and coupons cost, by each way to get them. `npm run bench:join`

const SAMPLE_COUNT = 30;

console.log(measuredTable(await measureProfileAndCoupons({ sampleCount: SAMPLE_COUNT })));
