import { describe, expect, test } from '@jest/globals';
import { defineCommand } from '../../cli/command.ts';
import { CommandError, EXIT_CODES } from '../../cli/exit-codes.ts';
import { flag, oneOf, required, text, textOr, wholeNumber } from '../../cli/parameters.ts';
import { excludes, needs } from '../../cli/rules.ts';
import type { World } from '../../cli/run.ts';
import { runCommandLine } from './run-command-line.ts';

/** A command that prints its parameters, and ends as the test says. */
const echo = defineCommand({
  name: 'echo',
  summary: 'say what was given',
  arguments: { what: required({ value: 'WHAT', help: 'what to say' }), more: text({ value: 'MORE', help: 'more' }) },
  options: {
    address: text({ value: 'ADDRESS', help: 'where', environment: 'ECHO_ADDRESS' }),
    token: text({ value: 'TOKEN', help: 'a secret', isSecret: true }),
    pin: oneOf(['1234'], { value: 'PIN', help: 'a secret of a certain form', environment: 'ECHO_PIN', isSecret: true }),
    colour: oneOf(['red', 'green'], { value: 'COLOUR', help: 'a colour' }),
    howOften: wholeNumber({ from: 1, to: 9, standIn: 2 }, { value: 'N', help: 'how often', environment: 'ECHO_TIMES' }),
    source: textOr('INSTORE', { value: 'SOURCE', help: 'a source' }),
    loudly: flag({ help: 'loudly' }),
  },
  examples: [{ line: 'echo hello', does: 'Says hello.' }],
  run: async (given, { output }) => {
    output.say({ json: given, lines: [`${given.what} ${given.howOften}`, output.paint('red', 'red')] });
    return 'ok';
  },
});

const failing = (error: unknown) =>
  defineCommand({
    name: 'fail',
    summary: 'fail',
    arguments: {},
    options: {},
    examples: [],
    run: async () => {
      throw error;
    },
  });

const line = (args: readonly string[], given: Partial<World> = {}) => runCommandLine(args, [echo, failing('x')], given);

describe('a command line that is right', () => {
  const ALL = { what: 'a', howOften: 2, source: 'INSTORE', loudly: false };

  test.each<[string[], Partial<World>, object]>([
    [['echo', 'a'], {}, ALL],
    [['echo', 'a', 'b'], {}, { ...ALL, more: 'b' }],
    [['echo', 'a', '--loudly', '--how-often', '9'], {}, { ...ALL, howOften: 9, loudly: true }],
    [['echo', '--how-often=1', 'a'], {}, { ...ALL, howOften: 1 }],
    [['echo', 'a', '--colour', 'red', '--source', 'ALL'], {}, { ...ALL, colour: 'red', source: 'ALL' }],
    [['echo', 'a'], { environment: { ECHO_ADDRESS: 'here' } }, { ...ALL, address: 'here' }],
    [['echo', 'a', '--address', 'there'], { environment: { ECHO_ADDRESS: 'here' } }, { ...ALL, address: 'there' }],
    [['echo', 'a'], { environment: { ECHO_ADDRESS: ' ' } }, ALL],
    [['echo', '--', '--loudly'], {}, { ...ALL, what: '--loudly' }],
  ])('%j is read, and --json says it on one line', async (args, given, expected) => {
    const [name = '', ...others] = args;
    const { exitCode, stdout, stderr } = await line([name, '--json', ...others], given);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout)).toEqual(expected);
  });

  test('prints text without --json, in colours if the terminal shows them', async () => {
    expect((await line(['echo', 'a'])).stdout).toBe('a 2\nred\n');
    expect((await line(['echo', 'a'], { hasColour: true })).stdout).toContain('\u001B[31mred\u001B[0m');
    expect((await line(['echo', 'a', '--json'], { hasColour: true })).stdout).not.toContain('\u001B');
  });

  test.each([['--help'], ['-h'], ['help'], ['echo', '--help'], ['echo', '-h'], ['help', 'echo'], ['--version']])(
    '%s is shown, and ends with 0',
    async (...args) => {
      const { exitCode, stdout, stderr } = await line(args);
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(stdout).not.toBe('');
    },
  );

  test('has a help with the commands and the exit codes, and one with the options and examples', async () => {
    const { stdout: program } = await line(['--help']);
    expect(program).toMatch(/echo .*say what was given/);
    for (const { code, meaning } of Object.values(EXIT_CODES)) expect(program).toContain(`${code}`.padEnd(4) + meaning);
    const { stdout: command } = await line(['echo', '--help']);
    expect(command).toContain('$ npx lookaside echo hello');
    expect(command).toMatch(/--how-often <N>\s+how often \(allowed: a whole number, 1 to 9; or ECHO_TIMES/);
  });
});

describe('a command line that is wrong ends with 2, its usage line, and no stack trace', () => {
  test.each<[string[], Partial<World>, RegExp]>([
    [[], {}, /no command is given.*\nUsage: npx lookaside <command>/],
    [['help', 'ecko'], {}, /^error: unknown command 'ecko' \(Did you mean echo\?\)\nUsage: npx lookaside <command>/],
    [['help', 'nothing'], {}, /^error: unknown command 'nothing'\n/],
    [['help', '919876543210'], {}, /^error: unknown command '…'\n/],
    [['ecko', '--help'], {}, /^error: unknown command 'ecko' \(Did you mean echo\?\)\nUsage: npx lookaside <command>/],
    [['919876543210', '-h'], {}, /^error: unknown command '…'\n/],
    [['ecko'], {}, /unknown command 'ecko' \(Did you mean echo\?\)\nUsage: npx lookaside <command>/],
    [['ECHO', 'a'], {}, /unknown command 'ECHO' \(Did you mean echo\?\)\nUsage: npx lookaside <command>/],
    [['--loud'], {}, /unknown option '--loud'\n/],
    [['--loud', 'echo', 'a'], {}, /unknown option '--loud'; the options of a command stand behind its name\n/],
    [['echo', 'a', '--json=true'], {}, /^error: unknown option '…'; --json takes no value\n/],
    [['echo', 'a', '--loudly=hush'], {}, /^error: unknown option '…'; --loudly takes no value\n/],
    [['echo', 'a', '--asha=1'], {}, /^error: unknown option '…'\n/],
    [['919876543210'], {}, /^error: unknown command '…'\n/],
    [['asha@example.com'], {}, /^error: unknown command '…'\n/],
    [['echo', 'a', '-m919876543210'], {}, /^error: unknown option '…'\n/],
    [['echo', 'a', '--tokn=hush'], {}, /^error: unknown option '…'/],
    [['echo'], {}, /missing.*WHAT.*\nUsage: npx lookaside echo \[options\] <WHAT> \[MORE\]/],
    [
      ['echo', 'a', '--addres', 'x'],
      {},
      /unknown option '--addres' \(Did you mean --address\?\)\nUsage: npx lookaside echo/,
    ],
    [['echo', 'a', '--address'], {}, /--address <ADDRESS>' argument missing/],
    [['echo', 'a', 'b', 'c'], {}, /too many arguments/],
    [
      ['echo', ''],
      {},
      /WHAT is empty; give the value\. In a shell, look at the command that reads it\.\nUsage: npx lookaside echo/,
    ],
    [['echo', 'a', '--address', ''], {}, /--address is empty; give the value/],
    [['echo', 'a', '--address='], {}, /--address is empty; give the value/],
    [
      ['echo', 'a', '--how-often', '10'],
      {},
      /--how-often is "10"; allowed is a whole number, 1 to 9\.\nUsage: npx lookaside echo/,
    ],
    [['echo', 'a', '--how-often', '1e0'], {}, /allowed is a whole number/],
    [['echo', 'a', '--how-often', '-1'], {}, /--how-often/],
    [['echo', 'a', '--colour', 'Red'], {}, /--colour is "Red"; allowed is red, green/],
    [['echo', 'a'], { environment: { ECHO_TIMES: 'x' } }, /ECHO_TIMES is "x"; allowed is a whole number/],
    [['echo', 'a', '--pin', 'hush'], {}, /^error: --pin is wrong \(its value is a secret\); allowed is 1234\.\n/],
    [
      ['echo', 'a'],
      { environment: { ECHO_PIN: 'hush' } },
      /^error: ECHO_PIN is wrong \(its value is a secret\); allowed/,
    ],
  ])('%j', async (args, given, words) => {
    const { exitCode, stdout, stderr } = await line(args, given);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(/^error: /);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('a rule of a command', () => {
  const option = (name: string) => text({ value: 'X', help: name, environment: `ECHO_${name.toUpperCase()}` });
  const ruled = defineCommand({
    name: 'ruled',
    summary: 'have rules',
    arguments: {},
    options: { near: option('near'), far: option('far'), farAway: flag({ help: 'farther' }), often: option('often') },
    rules: [excludes('near', 'far', 'farAway'), needs('often', 'near')],
    examples: [],
    run: async () => 'ok',
  });

  test.each<[string, string]>([
    ['--near a --far 7-up', 'error: --near and --far are both given; allowed is one of them.\n'],
    ['--far-away --near 7-up', 'error: --near and --far-away are both given; allowed is one of them.\n'],
    ['--often 7-up', 'error: --often has no effect without --near; give --near too, or leave --often out.\n'],
  ])('refuses %s, and repeats no value', async (args, words) => {
    const { exitCode, stderr } = await runCommandLine(['ruled', ...args.split(' ')], [ruled]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(words)]);
    expect(stderr).not.toContain('7-up');
  });

  test.each(['', '--near a', '--far b --far-away', '--often 7 --near a'])('allows %j', async (args) => {
    const { exitCode } = await runCommandLine(['ruled', ...args.split(' ').filter(Boolean)], [ruled]);
    expect(exitCode).toBe(0);
  });

  test('does not count the environment, which is for all commands', async () => {
    const environment = { ECHO_FAR: 'b', ECHO_OFTEN: '7' };
    const { exitCode } = await runCommandLine(['ruled', '--near', 'a'], [ruled], { environment });
    expect(exitCode).toBe(0);
    expect((await runCommandLine(['ruled'], [ruled], { environment })).exitCode).toBe(0);
  });
});

describe('a command line that is wrong, with --json', () => {
  test.each<[string, string[], string]>([
    ['a command that does not exist', ['nope', '--json'], "unknown command 'nope'"],
    ['an option that does not exist', ['echo', 'a', '--json', '--bogus'], "unknown option '--bogus'"],
    ['a missing argument', ['echo', '--json'], 'missing'],
    ['a value that is not allowed', ['echo', 'a', '--how-often', 'x', '--json'], '--how-often is "x"; allowed is '],
  ])('says so as JSON on standard output: %s', async (_title, args, message) => {
    const { exitCode, stdout, stderr } = await line(args);
    expect([exitCode, stderr, stdout.split('\n').length]).toEqual([2, '', 2]);
    expect(JSON.parse(stdout)).toEqual({ error: { exit: 'usage', message: expect.stringContaining(message) } });
  });
});

describe('a command that fails', () => {
  const fail = (error: unknown, args: readonly string[] = [], given: Partial<World> = {}) =>
    runCommandLine(['fail', ...args], [failing(error)], given);

  test.each(['wrong', 'not-found', 'unreachable', 'not-allowed'] as const)(
    'for a known reason ends with the code of %s, and says the reason',
    async (exit) => {
      const error = new CommandError(exit, 'Nothing answers.');
      const { code } = EXIT_CODES[exit];
      expect(await fail(error)).toEqual({ exitCode: code, stdout: '', stderr: 'error: Nothing answers.\n' });
      const { stdout, ...ended } = await fail(error, ['--json']);
      expect(ended).toEqual({ exitCode: code, stderr: '' });
      expect(JSON.parse(stdout)).toEqual({ error: { exit, message: 'Nothing answers.' } });
    },
  );

  test('by a fault of its own ends with 70, and does not repeat the error: it may hold an identifier', async () => {
    const { exitCode, stdout, stderr } = await fail(new TypeError('919876543210 is no function'));
    expect([exitCode, stdout]).toEqual([70, '']);
    expect(stderr).toMatch(/^error: the command line itself failed \(TypeError\)\. LOOKASIDE_DEBUG=1 shows where\.\n$/);
  });

  test('by a fault of its own says where, if LOOKASIDE_DEBUG is set', async () => {
    const { stderr } = await fail(new TypeError('x'), [], { environment: { LOOKASIDE_DEBUG: '1' } });
    expect(stderr).toMatch(/\n {4}at .*run\.test\.ts/);
  });

  test('because of Ctrl-C ends with 130', async () => {
    const { exitCode } = await fail(new Error('aborted'), [], { signal: AbortSignal.abort() });
    expect(exitCode).toBe(130);
  });

  test('at Ctrl-C does not wait for the command, and clears its spinner', async () => {
    const interrupted = new AbortController();
    const endless = defineCommand({
      name: 'wait',
      summary: 'wait',
      arguments: {},
      options: {},
      examples: [],
      run: (_given, { progress }) => {
        queueMicrotask(() => interrupted.abort());
        return progress.during('Waiting', () => new Promise<never>(() => undefined));
      },
    });
    const shown: string[] = [];
    const ended = await runCommandLine(['wait'], [endless], {
      signal: interrupted.signal,
      stderr: { isTTY: true, write: (words) => shown.push(words) },
    });
    expect([ended.exitCode, ended.stdout, shown]).toEqual([130, '', ['\r\u001B[K']]);
  });
});

test('each exit code is different, and none is an exit code of a shell', () => {
  const codes: readonly number[] = Object.values(EXIT_CODES).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.filter((code) => code === 126 || code === 127 || code > 130)).toEqual([]);
});
