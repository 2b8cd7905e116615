import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@jest/globals';

const MODULE = JSON.stringify(new URL('../../../cli/secret/ask-for-credentials.ts', import.meta.url));
const PROGRAM = `const { askForCredentials } = await import(${MODULE}); console.log(await askForCredentials());`;

/** Types an answer after each question. @returns the credentials, and everything that the terminal shows */
async function answer(...answers: readonly string[]) {
  const asking = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM]);
  const credentials = text(asking.stdout);
  const left = [...answers];
  let shown = '';
  let read = 0;
  asking.stderr.on('data', (data) => {
    shown += data;
    // A question ends without a line break.
    const question = /(?:client\] |username: |key: |\(not shown\): )$/;
    if (!question.test(stripVTControlCharacters(shown.slice(read)))) return;
    read = shown.length;
    asking.stdin.write(`${left.shift()}\n`);
  });
  const document = await credentials;
  return { credentials: JSON.parse(document), shown };
}

test.each<[readonly string[], object]>([
  [['till', 'till.demo', 'canary'], { username: 'till.demo', password: 'canary' }],
  [['client', 'a-key', 'canary'], { key: 'a-key', secret: 'canary' }],
  [['CLIENT', 'a-key', 'canary'], { key: 'a-key', secret: 'canary' }],
  [[' c', 'a-key', 'canary'], { key: 'a-key', secret: 'canary' }],
  [['till', '', 'till.demo', ' ', 'canary'], { username: 'till.demo', password: 'canary' }],
])('%j gives the credentials, and shows all but the last', async (answers, credentials) => {
  const asked = await answer(...answers);
  expect(asked.credentials).toEqual(credentials);
  expect(asked.shown).not.toContain('canary');
});

test.each(['cleint', 'key', 'no'])('the answer %j chooses neither kind: the question comes again', async (slip) => {
  const { credentials, shown } = await answer(slip, 'client', 'a-key', 'canary');
  expect(credentials).toEqual({ key: 'a-key', secret: 'canary' });
  expect(shown).toContain('Answer till or client.\n');
});
