import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { cost } from '../../../cli/commands/cost.ts';
import { KINDS } from '../../../cli/cost/kinds.ts';
import { PRICES } from '../../../cli/cost/prices.ts';
import { runCommandLine } from '../run-command-line.ts';

const run = (...options: readonly string[]) => runCommandLine(['cost', ...options], [cost]);

describe('lookaside cost', () => {
  test('prints each kind, the month, the alternatives, and the note about the prices', async () => {
    const { exitCode, stdout } = await run('--lookups', '60e6', '--hit', '.85');
    expect(exitCode).toBe(0);
    for (const kind of Object.keys(KINDS)) expect(stdout).toMatch(new RegExp(`^${kind} .*\\d\\.\\d\\d`, 'm'));
    expect(stdout).toContain('\n60,000,000 look-ups a month: 85 % hits, 0 % stale, 15 % misses, 0 % not found\n');
    expect(stdout).toMatch(/^gateway \(REST\) +210\.00$/m);
    expect(stdout).toContain(PRICES.note);
    // Four secrets and a key. A web ACL with seven rules. 62 metrics of alarms, a composite one, and a dashboard.
    expect(stdout).toMatch(/^secrets, key +2\.60$/m);
    expect(stdout).toMatch(/^firewall +12\.00$/m);
    expect(stdout).toMatch(/^alarms, dashboard +9\.70$/m);
    expect(stdout).toContain("Not counted: the firewall's price of a request");
    // The page shows what the command says, and so does the beginning of its example.
    expect(readFileSync('docs/cost.md', 'utf8')).toContain(`\n\`\`\`\n${stdout}\`\`\`\n`);
    expect(readFileSync('docs/cli.md', 'utf8')).toContain(`\n\`\`\`\n${stdout.split('\n\n')[0]}\n…\n`);
  });

  test('says one of each in the singular', async () => {
    const { stdout } = await run('--lookups', '1', '--hit', '0');
    expect(stdout).toMatch(/^1 look-up a month: /m);
    expect(stdout).toMatch(/^1 call to Capillary\.$/m);
  });

  test('prints it as JSON, for the given plan', async () => {
    const { stdout } = await run(
      ...'--hit 0.5 --stale .25 --not-found 0 --joined 1 --batch 20 --direct 1.0 --json'.split(' '),
    );
    const { plan, perMillion, month, prices } = JSON.parse(stdout);
    const shares = { hit: 0.5, stale: 0.25, notFound: 0, joined: 1, batch: 20, direct: 1 };
    expect(plan).toEqual({ lookups: 1e6, ...shares, upstreamMs: 200 });
    expect(perMillion).toHaveLength(Object.keys(KINDS).length);
    expect(month.amounts).toMatchObject({ gatewayRequests: 0, upstreamCalls: 1e6 });
    expect(prices).toEqual(PRICES);
  });

  test.each(['60000000', '60e6', '6E7', '6.0e7'])('reads %s as sixty million', async (text) => {
    expect(JSON.parse((await run('--lookups', text, '--json')).stdout).plan.lookups).toBe(60e6);
  });

  test.each([
    [['--hit', '85'], 'a share of 0 to 1, such as .85'],
    [['--hit', '85%'], 'a share of 0 to 1, such as .85'],
    [['--stale', '1.5'], 'a share of 0 to 1, such as .85'],
    [['--joined', '.'], 'a share of 0 to 1, such as .85'],
    [['--lookups', '0'], 'a whole number of 1 to 1e12, such as 60e6'],
    [['--lookups', '1.5'], 'a whole number of 1 to 1e12, such as 60e6'],
    [['--lookups', '1e13'], 'a whole number of 1 to 1e12, such as 60e6'],
    [['--batch', '101'], 'a whole number, 1 to 100'],
    [['--hit', '.9', '--stale', '.2'], 'a sum of 0 to 1'],
  ])('refuses %j and says what is allowed', async (wrong, allowed) => {
    const { exitCode, stderr } = await run(...wrong);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(allowed);
  });

  test('takes shares that make up everything', async () => {
    const { exitCode, stdout } = await run(...'--hit .7 --stale .2 --not-found .1 --json'.split(' '));
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).month.amounts.writeUnits).toBeCloseTo(1e6 * (0.2 * 4 + 0.1 * 2), 3);
  });
});
