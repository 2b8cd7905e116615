import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { COMMANDS } from '../../cli/commands.ts';
import { readTextFile } from '../../cli/read-text-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCommandLine } from './run-command-line.ts';

const NAMED = { parameter: 'FILE', allowed: 'a file of log lines' };
const folder = temporaryFolder();

/** A file that a program of Windows wrote: with a byte order mark, and with its ends of lines. */
async function fileOfWindows(text: string): Promise<string> {
  const file = join(folder, 'windows.txt');
  await writeFile(file, `\uFEFF${text.replaceAll('\n', '\r\n')}`);
  return file;
}

test('a byte order mark is not part of the text', async () => {
  expect(await readTextFile(await fileOfWindows('one\n\uFEFFtwo\n'), NAMED)).toBe('one\r\n\uFEFFtwo\r\n');
});

test.each([
  ['a file that does not exist', 'nothing.log', 'ENOENT'],
  ['a folder', '.', 'EISDIR'],
])('the error about %s names the parameter, the value, the reason, and what is allowed', async (_case, name, code) => {
  const file = join(folder, name);
  await expect(readTextFile(file, NAMED)).rejects.toMatchObject({
    exit: 'usage',
    message: `FILE is "${file}", and no file of this name can be read (${code}); allowed is a file of log lines.`,
  });
});

test('drift reads an export with a byte order mark, over several lines', async () => {
  const audit = { audit: 'same', ageSeconds: 3, answer: 'found' };
  const file = await fileOfWindows(JSON.stringify({ events: [{ message: JSON.stringify(audit) }] }, undefined, 2));
  const { exitCode, stdout } = await runCommandLine(['drift', file], COMMANDS);
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^hits compared: 1, wrong: 0/)]);
});

test('trigger takes an event file with a byte order mark for JSON', async () => {
  const file = await fileOfWindows('{\n  "eventName": "pointsIssued"\n}');
  const { exitCode, stderr } = await runCommandLine(['trigger', file, '--url', 'http://127.0.0.1:9'], COMMANDS);
  expect([exitCode, stderr]).toEqual([4, expect.stringMatching(/cannot be reached/)]);
});
