import { say, showProgress } from '../../bench/progress.ts';
import { scriptOptions } from '../../scripts/script-options.ts';
import { print } from './figures.ts';
import { replay } from './replay.ts';

/**
 * `npm run bench:forecast`: four processes answer look-ups for ten minutes, and the forecast plays the same look-ups. The small one is
 * a test of its own (forecast.fleet.ts), and a step of CI.
 */
const PLAN = { seconds: 600, lookupsPerSecond: 60, customers: 2000, freshSeconds: 30, seed: 1 };
/** The allowed difference of the two: a share of the look-ups. */
const MOST_APART = 0.02;

scriptOptions('bench:forecast');
const show = showProgress('Look-ups are sent', PLAN.seconds);
const { lookups, real, forecast } = await replay(PLAN, (seconds) => show(Math.floor(seconds)));
show(PLAN.seconds);
const shareOf = (count: number) => `${((100 * count) / lookups).toFixed(2)} %`;
const names = ['hit', 'stale', 'upstreamCalls'] as const;
print(`${lookups} look-ups, four processes`, Object.fromEntries(names.map((name) => [name, shareOf(real[name])])));
print(`${lookups} look-ups, the forecast`, Object.fromEntries(names.map((name) => [name, shareOf(forecast[name])])));
const apart = Math.max(...names.map((name) => Math.abs(real[name] - forecast[name]) / lookups));
say(`${(100 * apart).toFixed(2)} % of the look-ups apart at most; 2 % are allowed.`);
process.exitCode = apart < MOST_APART ? 0 : 1;
