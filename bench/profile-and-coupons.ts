import { scriptOptions } from '../scripts/script-options.ts';
import { measureProfileAndCoupons } from './join-measurement.ts';
import { measuredTable } from './measured-table.ts';
import { say, showProgress } from './progress.ts';

// Prints the cost of a customer's profile and coupons, for each way to get them. `npm run bench:join`

const SAMPLE_COUNT = 30;

scriptOptions('bench:join');

const onSample = showProgress('Customers', SAMPLE_COUNT);
say(measuredTable(await measureProfileAndCoupons({ sampleCount: SAMPLE_COUNT, onSample })));
