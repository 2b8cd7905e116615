import { isCron } from './cron.ts';
import type { DeploymentEnvironment } from './deployment-environment.ts';
import { listOf, members, optional, rule, text, wholeNumber } from './rule.ts';

/** The allowed values for instances that are ready before a request comes. */

/** The most instances at once: AWS can raise an account's limit to tens of thousands. */
export const MAX_CONCURRENCY = 50_000;

const INSTANCES = wholeNumber(1, MAX_CONCURRENCY);

const SCHEDULED = members({
  name: text('1 to 30 lower-case letters, digits and - that begin with a letter', /^[a-z][a-z0-9-]{0,29}$/),
  cron: rule(
    'six fields as of cron(), with ? as the day of the month or of the week: 30 8 * * ? *',
    (value) => typeof value === 'string' && isCron(value),
  ),
  timeZone: rule(
    'an IANA time zone such as Asia/Kolkata',
    (value) => typeof value === 'string' && /^[A-Z]\w+(\/[\w+-]+)*$/.test(value) && isTimeZone(value),
  ),
  min: wholeNumber(0, MAX_CONCURRENCY),
  max: wholeNumber(0, MAX_CONCURRENCY),
});

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Allows the setting of instances that are ready before a request comes. */
export const PROVISIONED = members({
  min: INSTANCES,
  max: INSTANCES,
  targetUtilization: optional(
    rule('a number, 0.1 to 0.9', (value) => typeof value === 'number' && value >= 0.1 && value <= 0.9),
  ),
  schedule: optional(listOf(SCHEDULED, 1, 20)),
});

/** The problems of numbers of instances that do not fit together. */
export function provisionedContradictions(environment: DeploymentEnvironment): readonly string[] {
  const { provisionedConcurrency: provisioned, httpConcurrency = 'unlimited' } = environment;
  if (provisioned === undefined) return [];
  const { schedule = [] } = provisioned;
  const limits = [
    { called: 'provisionedConcurrency', ...provisioned },
    ...schedule.map((limit, position) => ({ called: `provisionedConcurrency.schedule[${position}]`, ...limit })),
  ];
  const names = schedule.map(({ name }) => name);
  return [
    ...limits.flatMap(({ called, min, max }) => [
      ...(min > max ? [`${called}.min is ${min}; allowed is up to its max, ${max}.`] : []),
      ...(httpConcurrency !== 'unlimited' && max > httpConcurrency
        ? [`${called}.max is ${max}; allowed is up to httpConcurrency, ${httpConcurrency}.`]
        : []),
    ]),
    ...(new Set(names).size < names.length
      ? [`provisionedConcurrency.schedule has the names ${names.join(', ')}; allowed is a different name for each.`]
      : []),
  ];
}
