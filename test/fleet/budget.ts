import { setTimeout as sleep } from 'node:timers/promises';
import { createProgress, realTicking } from '../../cli/progress.ts';
import { scriptOptions } from '../../scripts/script-options.ts';
import { instanceAt, lookUp, somebodyNew } from './asker.ts';
import { print, statusesOf, timesOf } from './figures.ts';
import { startFleet, startPlainStore } from './running-fleet.ts';
import type { Reply } from './send.ts';

/**
 * Tests the budget in real time: eight processes on one DynamoDB, ten times the demand, one minute of the clock.
 * `npm run bench:budget`: two to three minutes. It is not a step of CI, which turns a clock instead
 * (`test/functions/lookup/budget-fleet.long.test.ts`). Minutes saw 118 to 126 calls of 120.
 */
const LIMIT = 120;
const SIZE = 8;
const MINUTE_MS = 60_000;
const LOOKUPS_PER_SECOND = (10 * LIMIT) / 60;
/** The demand begins before the minute and ends after it. */
const MARGIN_MS = 3000;

scriptOptions('bench:budget');
const progress = createProgress(process.stdout, realTicking);
await using fleet = await open();
const untilMinuteMs = () => MINUTE_MS - (Date.now() % MINUTE_MS);
const waitMs = untilMinuteMs() > 2 * MARGIN_MS ? untilMinuteMs() : untilMinuteMs() + MINUTE_MS;
process.stdout.write(`${SIZE} processes answer. The minute begins in ${Math.round(waitMs / 1000)} s.\n`);
const beginsAt = Date.now() + waitMs;
await progress.waiting('Until the demand', waitMs - MARGIN_MS, () => sleepUntil(beginsAt - MARGIN_MS));
const asked = ask(beginsAt + MINUTE_MS + MARGIN_MS);
await sleepUntil(beginsAt);
const before = await fleet.counters();
await progress.waiting('The minute', MINUTE_MS, () => sleepUntil(beginsAt + MINUTE_MS));
const after = await fleet.counters();
const replies = await asked;

const calls = after.v2Lookups - before.v2Lookups;
print(`upstream calls in one minute, of ${LIMIT}`, { calls, 'share %': (100 * calls) / LIMIT });
print('look-ups', { asked: replies.length, statuses: statusesOf(replies), ...timesOf(replies) });
const isWithin = calls <= 1.05 * LIMIT && calls >= 0.95 * LIMIT;
process.stdout.write(
  isWithin ? 'Between 95 % and 105 % of the limit.\n' : 'NOT between 95 % and 105 % of the limit.\n',
);
process.exitCode = isWithin ? 0 : 1;

async function open() {
  const settings = { UPSTREAM_CALLS_PER_MINUTE: `${LIMIT}`, CACHE_TIMEOUT_MS: '1000' };
  const opened = await startFleet({
    size: SIZE,
    settings,
    latencyMs: 50,
    store: startPlainStore,
    isUpstreamDirect: true,
  });
  return { ...opened, [Symbol.asyncDispose]: () => opened.close() };
}

/** Asks for a new customer, again and again, each instance in turn. */
async function ask(until: number): Promise<readonly Reply[]> {
  const replies: Promise<Reply>[] = [];
  const beganAt = Date.now();
  while (Date.now() < until) {
    // As many look-ups as are due: a busy machine does not lower the demand.
    const due = Math.floor(((Date.now() - beganAt) / 1000) * LOOKUPS_PER_SECOND);
    while (replies.length < due) replies.push(lookUp(instanceAt(fleet.instances, replies.length), somebodyNew()));
    await sleep(20);
  }
  return Promise.all(replies);
}

async function sleepUntil(moment: number): Promise<void> {
  await sleep(Math.max(0, moment - Date.now()));
}
