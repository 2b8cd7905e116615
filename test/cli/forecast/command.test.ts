import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { forecast } from '../../../cli/commands/forecast.ts';
import { flagOf } from '../../../cli/parser.ts';
import { definitionOf, type SettingName } from '../../../functions/settings/definitions.ts';
import { runCommandLine } from '../run-command-line.ts';

const COMMANDS = [forecast];
const SMALL = ['forecast', '--stores', '5', '--tills', '2', '--visits', '40', '--customers', '300'];

describe('lookaside forecast', () => {
  test('says what the cache saves, and says the same each time', async () => {
    const one = await runCommandLine([...SMALL, '--json'], COMMANDS);
    expect(one.exitCode).toBe(0);
    const { plan, figures } = JSON.parse(one.stdout);
    expect(plan).toMatchObject({ stores: 5, skew: 0.6, kioskShare: 0.3, windows: { freshForMs: 300_000 } });
    expect(figures.lookupsPerDay).toBeGreaterThan(600);
    expect(figures.answeredByCache).toBeGreaterThan(0.2);
    expect((await runCommandLine([...SMALL, '--json'], COMMANDS)).stdout).toBe(one.stdout);
    expect((await runCommandLine([...SMALL, '--json', '--seed', '2'], COMMANDS)).stdout).not.toBe(one.stdout);
  });

  test('a longer freshness brings more hits and fewer calls', async () => {
    const figuresFor = async (seconds: string) =>
      JSON.parse((await runCommandLine([...SMALL, '--json', '--fresh-seconds', seconds], COMMANDS)).stdout).figures;
    const [short, long] = [await figuresFor('10'), await figuresFor('3600')];
    expect(long.shares.hit).toBeGreaterThan(short.shares.hit);
    expect(long.upstream.callsPerDay).toBeLessThan(short.upstream.callsPerDay);
  });

  test('says it in words, against a limit, and draws plots', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'lookaside-'));
    try {
      const { stdout, exitCode } = await runCommandLine([...SMALL, '--limit', '1', '--plots', folder], COMMANDS);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^5 stores, 2 tills each, 300 customers\nlook-ups a day {2,}\d{3}\n/);
      expect(stdout).toMatch(/\n {2}minutes over the limit +\d+ a day\n/);
      for (const file of ['forecast-freshness.svg', 'forecast-fleet.svg']) {
        expect(stdout).toContain(`wrote ${path.join(folder, file)}\n`);
        expect(await readFile(path.join(folder, file), 'utf8')).toMatch(/^<svg [\s\S]*<polyline[\s\S]*<\/svg>\n$/);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test.each([
    [['--open', '21-9'], 'two full hours of the day, the first before the second, such as 9-21'],
    [['--open', '9-25'], 'two full hours of the day, the first before the second, such as 9-21'],
    [['--outage', '12:00'], 'two times of the day, the first before the second, such as 12:00-12:20'],
    [['--outage', '12:00-12:00'], 'two times of the day, the first before the second, such as 12:00-12:20'],
    [['--outage', '12:20-12:00'], 'two times of the day, the first before the second, such as 12:00-12:20'],
    [['--limit', '0'], 'a whole number, 1 to 999999999'],
    [
      ['--fresh-seconds', '2592000'],
      'FRESH_SECONDS is 2592000, STALE_WHILE_REVALIDATE_SECONDS is 900, STALE_IF_ERROR_SECONDS is 86400; allowed is 2592000 (30 days) for all of them together.',
    ],
    [['--budget', '10000001'], 'a whole number, 1 to 10000000'],
    [['--kiosks', '101'], 'a whole number, 0 to 100'],
    [
      ['--plots', import.meta.filename],
      'but it cannot be used (EEXIST); allowed is a folder that this process may write',
    ],
  ])('refuses %j and says what is allowed', async (wrong, allowed) => {
    const { exitCode, stderr } = await runCommandLine(['forecast', ...wrong], COMMANDS);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(allowed);
  });

  test.each<[option: string, setting: SettingName]>([
    ['freshSeconds', 'FRESH_SECONDS'],
    ['staleWhileRevalidateSeconds', 'STALE_WHILE_REVALIDATE_SECONDS'],
    ['staleIfErrorSeconds', 'STALE_IF_ERROR_SECONDS'],
    ['notFoundFreshSeconds', 'NOT_FOUND_FRESH_SECONDS'],
    ['staleSoftTimeoutMs', 'STALE_SOFT_TIMEOUT_MS'],
    ['budget', 'UPSTREAM_CALLS_PER_MINUTE'],
  ])('%s has the default and the limits of the setting %s', (option, setting) => {
    const { allowed = '', default: standIn = '', help, read } = forecast.options[option] ?? {};
    const definition = definitionOf(setting);
    const [, from = '', to = ''] = /^a whole number, (\d+) to (\d+)$/.exec(allowed) ?? [];
    expect([help, standIn]).toEqual([`the setting ${setting}`, definition.default]);
    for (const number of [from, to].map(Number)) {
      for (const text of [number - 1, number, number + 1].map(String)) {
        const isAllowed = definition.read(text) !== undefined;
        expect([flagOf(option), text, read?.(text) !== null]).toEqual([flagOf(option), text, isAllowed]);
      }
    }
  });

  test('says one of each in the singular', async () => {
    const one = ['forecast', ...'--stores 1 --tills 1 --visits 1 --customers 1'.split(' ')];
    expect((await runCommandLine(one, COMMANDS)).stdout).toMatch(/^1 store, 1 till each, 1 customer\n/);
  });

  test('in an outage of the whole day, no new customer gets an answer', async () => {
    const { stdout } = await runCommandLine([...SMALL, '--json', '--outage', '0:00-24:00'], COMMANDS);
    expect(JSON.parse(stdout).figures.shares).toEqual({ hit: 0, stale: 0, collapsed: 0, miss: 0, error: 1 });
  });
});
