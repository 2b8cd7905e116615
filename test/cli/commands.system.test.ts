import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../cli/commands.ts';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { flagOf, parse } from '../../cli/parser.ts';
import { code, rows } from '../support/document-tables.ts';
import { runCommandLine } from './run-command-line.ts';

// Holds docs/cli.md to the commands of the code.

const page = readFileSync('docs/cli.md', 'utf8');

test('docs/cli.md has each command, in the order of the help', () => {
  const headings = [...page.matchAll(/^## `lookaside ([a-z]+)`$/gm)].map(([, name]) => name);
  expect(headings).toEqual(COMMANDS.map(({ name }) => name));
});

test('docs/cli.md has each exit code with its meaning', () => {
  const table = rows(page, '## Exit codes').slice(1);
  expect(table.map(([shown, meaning]) => [Number(code(shown)), meaning])).toEqual(
    Object.values(EXIT_CODES).map(({ code, meaning }) => [
      code,
      meaning.replace('LOOKASIDE_DEBUG=1', '`LOOKASIDE_DEBUG=1`'),
    ]),
  );
});

test('the commands of docs/cli.md write no file into the checkout, except the plots of the page itself', () => {
  const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, commands = '']) => commands);
  const inline = [...page.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
  const commands = [
    ...blocks,
    ...inline.filter((text) => / > \S/.test(text)),
    ...COMMANDS.flatMap(({ examples }) => examples.map(({ line }) => line)),
  ];
  const written = commands.flatMap((text) =>
    [...text.matchAll(/(?:\s>|--file|--plots)\s+([\w./-]+)/g)].map(([, file]) => file),
  );
  expect(written).toContain('.cache/audits.json');
  expect(written.filter((file) => !/^\.cache\//.test(file ?? ''))).toEqual(['docs/forecast']);
  // A shell does not make the folder that it writes into.
  for (const block of blocks.filter((text) => / > \.cache\//.test(text))) expect(block).toMatch(/^mkdir -p \.cache\n/);
});

test.each(
  [40, 60, 80].flatMap((columns) => ['', ...COMMANDS.map(({ name }) => name)].map((name) => [columns, name] as const)),
)(
  'in a terminal of %i columns, no line of the help of %j is longer, except those to copy and single words',
  async (columns, name) => {
    const stdout: string[] = [];
    const terminal = { isTTY: true, columns, write: (text: string) => stdout.push(text) };
    await runCommandLine([name, '--help'].filter(Boolean), COMMANDS, { stdout: terminal });
    const lines = stdout.join('').split('\n');
    expect(lines.length).toBeGreaterThan(10);
    const long = lines.filter((line) => line.length > columns && line.trim().includes(' '));
    expect(long.filter((line) => !/^( {2}\$|Usage:) npx lookaside/.test(line))).toEqual([]);
  },
);

describe.each(COMMANDS.map((command) => [command.name, command] as const))('lookaside %s', (name, command) => {
  test('has its arguments and options in docs/cli.md, and no others', () => {
    const table = rows(page, `## \`lookaside ${name}\``).slice(1);
    const expected = [
      ...Object.entries(command.arguments).map(([argument, { value }]) => value ?? argument),
      ...Object.entries(command.options).map(([option, { value }]) =>
        [`--${flagOf(option)}`, value].filter((part) => part !== undefined).join(' '),
      ),
    ];
    expect(table.map(([first]) => code(first))).toEqual(expected);
  });

  test('has examples that the parser takes, and its help shows them', async () => {
    const { exitCode, stdout } = await runCommandLine([name, '--help'], COMMANDS);
    expect(exitCode).toBe(0);
    expect(command.examples.length).toBeGreaterThan(0);
    for (const { line } of command.examples) {
      expect(stdout).toContain(`$ npx lookaside ${line}\n`);
      const [typed = ''] = line.split(' < ');
      const words = [...typed.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');
      expect(parse(words, COMMANDS, '0')).toMatchObject({ kind: 'command', command: { name } });
    }
  });

  test('names a missing argument as its help does', () => {
    const [first] = Object.entries(command.arguments).filter(([, { isRequired }]) => isRequired);
    const expected =
      first === undefined
        ? { kind: 'command' }
        : { kind: 'wrong', message: `missing required argument '${first[1].value ?? flagOf(first[0])}'` };
    expect(parse([name], COMMANDS, '0')).toMatchObject(expected);
  });

  test('takes --json', () => {
    const required = Object.values(command.arguments).flatMap(({ isRequired }) => (isRequired ? ['x'] : []));
    expect(parse([name, '--json', ...required], COMMANDS, '0')).toMatchObject({ kind: 'command', isJson: true });
  });
});
