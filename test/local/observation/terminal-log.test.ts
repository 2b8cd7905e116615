import { describe, expect, test } from '@jest/globals';
import { LOG_LEVELS, type LogLevel } from '../../../functions/settings/definitions.ts';
import { createTerminalLog } from '../../../local/observation/terminal-log.ts';
import { terminalOf } from '../../../local/terminal.ts';

const HIT = { requestId: '', at: 0, durationMs: 1, outcome: 'hit', ttlSeconds: 5 } as const;
const FAULT = { requestId: '', at: 0, durationMs: 1, outcome: 'fault', code: 'internal_error', status: 500 } as const;

/** In the time zone of this machine. */
const AT = new Date(2026, 10, 28, 15, 4, 9, 870).getTime();

function linesAt(
  level: LogLevel,
  act: (log: ReturnType<typeof createTerminalLog>) => void,
  hasColour = false,
): string[] {
  const lines: string[] = [];
  const terminal = { isTerminal: true, hasColour, write: (line: string) => lines.push(line) };
  act(createTerminalLog(terminal, level, () => AT));
  return lines;
}

describe('the log on a terminal', () => {
  const shown = { hit: ['TRACE', 'DEBUG', 'INFO'], fault: ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'] };

  test.each(LOG_LEVELS.map((level) => [level]))('shows what %s lets through', (level) => {
    expect(linesAt(level, (log) => log.show(HIT)).length > 0).toBe(shown.hit.includes(level));
    expect(linesAt(level, (log) => log.show(FAULT)).length > 0).toBe(shown.fault.includes(level));
    const failed = (log: ReturnType<typeof createTerminalLog>) => log.log.error('gateway', { error: 'TypeError' });
    expect(linesAt(level, failed).length > 0).toBe(shown.fault.includes(level));
  });

  test('says where a request failed by a fault of the service', () => {
    const facts = { code: 'internal_error', error: 'TypeError', stack: ['at read (file.ts:1:2)'] };
    expect(linesAt('INFO', ({ log }) => log.error('request', facts))).toEqual([
      '15:04:09  ERROR  request  TypeError internal_error at read (file.ts:1:2)',
    ]);
  });

  test('begins each line with the time of day, in grey if the terminal shows colours', () => {
    expect(linesAt('INFO', (log) => log.show(HIT))).toEqual(['15:04:09  HIT  ttl=5  1 ms']);
    expect(linesAt('INFO', (log) => log.show(HIT), true)).toEqual([
      '\u001B[90m15:04:09\u001B[0m  \u001B[32mHIT\u001B[0m  ttl=5  1 ms',
    ]);
  });

  test('leaves out the JSON lines of requests: each request has a line already', () => {
    expect(
      linesAt('INFO', ({ log }) => {
        log.info('request', { cache: 'hit' });
        log.error('request', { cache: 'miss', misconfiguration: 'UPSTREAM_CREDENTIALS' });
      }),
    ).toEqual([]);
  });
});

describe('a terminal', () => {
  const output = (isTTY: boolean) => ({ isTTY, write: () => true });

  test.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, true],
    [true, { NO_COLOR: '' }, true],
  ])('isTTY %s with %j has colours: %s', (isTTY, environment, hasColour) => {
    expect(terminalOf(output(isTTY), environment)).toMatchObject({ isTerminal: isTTY, hasColour });
  });
});
