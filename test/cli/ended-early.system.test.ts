import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { startHttpServer } from '../support/loopback-server.ts';
import { startLookaside } from './spawn-lookaside.ts';

const ROOT = join(import.meta.dirname, '../..');
const FULL = '/dev/full';

describe('Ctrl-C', () => {
  /** Interrupts a command as soon as it has asked a server that does not answer. */
  async function interrupted(args: readonly string[], signal: 'SIGINT' | 'SIGTERM') {
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const { url } = await startHttpServer(() => {
      resolve();
      return ended;
    });
    const running = startLookaside(args, { input: '', environment: { LOOKASIDE_URL: url } });
    await asked;
    running.interrupt(signal);
    const { exitCode, stdout } = await running.end;
    end();
    return { args, exitCode, stdout };
  }

  test('ends each command with 130, although the server has not answered yet', async () => {
    const commands = [
      ['doctor'],
      ['lookup', 'mobile=1234512345', '--deadline-ms', '300000'],
      ['peek', 'mobile=1234512345'],
      ['purge', 'customer=1'],
      ['smoke'],
      ['trigger', 'pointsRedeemed', '--customer', '1'],
      ['watch'],
    ];
    expect(await Promise.all(commands.map((args) => interrupted(args, 'SIGINT')))).toEqual(
      commands.map((args) => ({ args, exitCode: 130, stdout: '' })),
    );
  });

  test('and SIGTERM end a command in the same way', async () => {
    expect(await interrupted(['watch'], 'SIGTERM')).toMatchObject({ exitCode: 130, stdout: '' });
  });

  test("at a question for the upstream's credentials ends with 130 too", async () => {
    const module = JSON.stringify(new URL('../../cli/secret/ask-for-credentials.ts', import.meta.url));
    const asking = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `const { askForCredentials } = await import(${module}); await askForCredentials().catch(({ exit }) => console.log(exit));`,
    ]);
    asking.stdin.end('\u0003');
    expect(await text(asking.stdout)).toBe('interrupted\n');
  });
});

(existsSync(FULL) ? test : test.skip)('an output that cannot be written ends with 70, and no stack trace', () => {
  const full = openSync(FULL, 'w');
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'cli/lookaside.js'), '--help'], {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(full);
  expect([status, stderr]).toEqual([
    70,
    'error: the output cannot be written (ENOSPC). Look at the file or the program that reads it.\n',
  ]);
});
