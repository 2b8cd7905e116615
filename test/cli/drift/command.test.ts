import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { drift } from '../../../cli/commands/drift.ts';
import { type Ended, runCommandLine } from '../run-command-line.ts';

const LINES = [
  ...Array.from({ length: 99 }, () => '{"audit":"same","ageSeconds":100,"answer":"found"}'),
  '{"audit":"drift","ageSeconds":100,"answer":"found","sections":["loyaltyInfo"]}',
  '{"audit":"skipped","ageSeconds":1,"why":"late"}',
].join('\n');

describe('lookaside drift', () => {
  let folder: string;
  const run = (args: readonly string[], input = LINES, canAsk = false): Promise<Ended> =>
    runCommandLine(['drift', ...args], [drift], { readInput: async () => input, canAsk });

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lookaside-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('says how many hits were wrong, and names the FRESH_SECONDS, from standard input', async () => {
    const { exitCode, stdout } = await run([]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^hits compared: 100, wrong: 1 \(1\.0 %\)\naudits that compared nothing: 1\n/);
    expect(stdout).toMatch(/\nup to 2 min +100 +1 +1\.0 % +0\.18 % to 5\.4 % +1\.0 %\n/);
    expect(stdout).toContain('\nFRESH_SECONDS at which 1.0 % of the hits of that age are wrong: 100 (95 %: ');
  });

  test('reads a file, as JSON for another share, and draws the plot', async () => {
    const [file, plots] = [path.join(folder, 'revalidate.log'), path.join(folder, 'plots', 'new')];
    await writeFile(file, LINES);
    const { exitCode, stdout } = await run([file, '--json', '--share', '0.5', '--plots', plots], 'not read');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      compared: 100,
      wrong: 1,
      skipped: 1,
      notFound: { compared: 0, wrong: 0 },
      curve: [
        { aboveSeconds: 60, upToSeconds: 120, count: 100, wrong: 1, share: 0.01, meanAgeSeconds: 100, isOff: false },
      ],
      sections: [['loyaltyInfo', 1]],
      freshness: { share: 0.005, seconds: 49, isBeyondAudits: false },
      plots: [path.join(plots, 'drift.svg')],
    });
    expect(await readFile(path.join(plots, 'drift.svg'), 'utf8')).toMatch(/^<svg [\s\S]*<polyline[\s\S]*<\/svg>\n$/);
  });

  test('says which plot it wrote, and draws none if there are no hits', async () => {
    expect((await run(['--plots', folder])).stdout).toContain(`\nwrote ${path.join(folder, 'drift.svg')}\n`);
    expect((await run(['--plots', folder], '{"audit":"skipped"}')).stdout).not.toContain('wrote');
  });

  test('ends with 1 if the log has no audit, and says what to do', async () => {
    const { exitCode, stderr } = await run([], '{"level":"INFO","cache":"hit","ageMs":3}');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Set AUDIT_SHARE above 0, and give the log of the function -revalidate.');
  });

  test.each<readonly [args: readonly string[], canAsk: boolean, says: string]>([
    [['--share', '0'], false, 'a number above 0 and below 100, such as 0.5'],
    [['--share', '100'], false, 'a number above 0 and below 100, such as 0.5'],
    [['--share', '1e1'], false, 'a number above 0 and below 100, such as 0.5'],
    [
      ['no-such-file.log'],
      false,
      'FILE is "no-such-file.log", and no file of this name can be read (ENOENT); allowed is a file of log lines.',
    ],
    [
      ['--plots', import.meta.filename],
      false,
      'but it cannot be used (EEXIST); allowed is a folder that this process may',
    ],
    [[], true, 'FILE is missing; give a file of log lines, or send them to standard input.'],
  ])('refuses %j (terminal: %s) and says what is allowed', async (args, canAsk, says) => {
    const { exitCode, stderr } = await run(args, LINES, canAsk);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(says);
  });
});
