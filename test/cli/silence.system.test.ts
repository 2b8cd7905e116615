import { expect, test } from '@jest/globals';
import { COMMANDS } from '../../cli/commands.ts';
import { runCommandLine } from './run-command-line.ts';

const MOBILE = '919876543210';
const OF_A_TILL = `http://127.0.0.1:9/v2/customers/lookup/customerDetails?source=INSTORE&identifierValue=${MOBILE}`;

test.each<[string, string[], RegExp, Readonly<Record<string, string>>?]>([
  ['the address that a till asks', ['lookup', 'mobile=1', '--url', OF_A_TILL], /--url is not repeated here/],
  [
    'the same in the environment',
    ['lookup', 'mobile=1'],
    /LOOKASIDE_URL is not repeated here/,
    { LOOKASIDE_URL: OF_A_TILL },
  ],
  ['an identifier for an address', ['peek', 'mobile=1', '--url', MOBILE], /--url is not repeated here/],
  ['an identifier for a port', ['lookup', 'mobile=1'], /PORT is not repeated here/, { PORT: MOBILE }],
  ['an identifier for an event', ['trigger', `mobile=${MOBILE}`], /EVENT is not repeated here.*allowed is a file/],
  ['an identifier for the name of an event', ['trigger', MOBILE, '--customer', '1'], /EVENT is not repeated here/],
  ['an identifier for a file', ['drift', `mobile=${MOBILE}`], /FILE is not repeated here.*\(ENOENT\)/],
  [
    'an identifier for a word',
    ['lookup', 'mobile=1', '--api', MOBILE],
    /--api is not repeated here.*allowed is v2, v1\.1/,
  ],
  ['an identifier for a number', ['purge', 'customer=1', '--tries', MOBILE], /--tries is not repeated here.*1 to 100/],
  ['an identifier for an action', ['keys', MOBILE, '--deployment', 'a'], /ACTION is not repeated here/],
  ['an identifier for a folder', ['forecast', '--plots', `/dev/null/${MOBILE}`], /--plots is not repeated here/],
])('no error repeats %s', async (_case, args, words, environment = {}) => {
  for (const json of [[], ['--json']]) {
    const { exitCode, stdout, stderr } = await runCommandLine([...args, ...json], COMMANDS, { environment });
    expect([exitCode, stdout + stderr]).toEqual([2, expect.stringMatching(words)]);
    expect(stdout + stderr).not.toContain(MOBILE);
  }
});
