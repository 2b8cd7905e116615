import { execFile as execFileWithCallback } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { createLog, errorFacts } from '../../../../functions/adapters/telemetry/logger.ts';
import type { LogLevel } from '../../../../functions/settings/definitions.ts';

const execFile = promisify(execFileWithCallback);

describe('the log', () => {
  test('is one line of JSON for each request, on standard output, from its level on', async () => {
    // In a process of its own: it is that process's output.
    const logger = new URL('../../../../functions/adapters/telemetry/logger.ts', import.meta.url);
    const script = `
      import { createLog, errorFacts } from ${JSON.stringify(logger)};
      for (const level of ['INFO', 'ERROR', 'SILENT']) {
        const log = createLog(level, { environment: 'sandbox', function: 'http' });
        log.info('request', { level_set: level, status: 200, note: 'two\\nlines' });
        log.error('request', { level_set: level, ...errorFacts(new TypeError('9876543210')) });
      }
    `;
    const { stdout, stderr } = await execFile(process.execPath, ['--input-type=module', '-e', script], { env: {} });
    expect(stderr).toBe('');
    const records = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.map(({ level_set, level }) => [level_set, level])).toEqual([
      ['INFO', 'INFO'],
      ['INFO', 'ERROR'],
      ['ERROR', 'ERROR'],
    ]);
    expect(records[0]).toMatchObject({ status: 200, note: 'two\nlines' });
    expect(records[1]).toMatchObject({ error: 'TypeError', stack: expect.any(Array) });
    expect(stdout + stderr).not.toContain('9876543210');
  });
});

describe('a line of the log', () => {
  const AT = Date.UTC(2026, 10, 22, 4, 10);
  const HIT = { requestId: 'request-1', status: 200, durationMs: 12, cache: 'hit', api: 'v2' };

  function linesAt(logLevel: LogLevel): { readonly lines: string[]; readonly log: ReturnType<typeof createLog> } {
    const lines: string[] = [];
    const output = { write: (line: string) => void lines.push(line), now: () => AT };
    return { lines, log: createLog(logLevel, { environment: 'sandbox', function: 'http' }, output) };
  }

  test('is written at once, and says when as the time of its metrics', () => {
    const { lines, log } = linesAt('INFO');
    log.info('request', HIT);
    expect(lines).toEqual([expect.stringMatching(/^\{[^\n]*\}\n$/)]);
    const { _aws, ...record } = JSON.parse(lines[0] ?? '');
    expect(_aws.Timestamp).toBe(AT);
    expect(record).toEqual({
      level: 'INFO',
      ...HIT,
      environment: 'sandbox',
      function: 'http',
      Hit: 1,
      Latency_Hit: 12,
    });
  });

  test('says its own time if it has no metrics, and its subject if that is no request', () => {
    const { lines, log } = linesAt('INFO');
    log.info('request', { store: 'ok', code: undefined });
    log.warn('misspelt setting', { name: 'FRESH_SECOND' });
    const timestamp = '2026-11-22T04:10:00.000Z';
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: 'INFO', timestamp, store: 'ok' },
      { level: 'WARN', message: 'misspelt setting', timestamp, name: 'FRESH_SECOND' },
    ]);
  });

  test.each<[LogLevel, readonly string[]]>([
    ['TRACE', ['INFO', 'WARN', 'ERROR']],
    ['DEBUG', ['INFO', 'WARN', 'ERROR']],
    ['INFO', ['INFO', 'WARN', 'ERROR']],
    ['WARN', ['WARN', 'ERROR']],
    ['ERROR', ['ERROR']],
    ['CRITICAL', []],
    ['SILENT', []],
  ])('at LOG_LEVEL=%s is written for %j', (logLevel, levels) => {
    const { lines, log } = linesAt(logLevel);
    log.info('request', HIT);
    log.warn('misspelt setting', {});
    log.error('request', { code: 'internal_error' });
    expect(lines.map((line) => JSON.parse(line).level)).toEqual(levels);
  });
});

describe('an error in the log', () => {
  test('is its name and where it was thrown, without its message', () => {
    const error = new SyntaxError('Unexpected token in "9876543210"\n    of several\nlines');
    const facts = errorFacts(error);
    expect(facts).toEqual({ error: 'SyntaxError', stack: expect.any(Array) });
    expect(facts.stack).toEqual(expect.arrayContaining([expect.stringMatching(/^at .*logger\.system\.test\.ts/)]));
    expect(JSON.stringify(facts)).not.toMatch(/9876543210|of several|Unexpected/);
  });

  test('does not show its cause', () => {
    const facts = errorFacts(new Error('outer', { cause: new Error('9876543210') }));
    expect(JSON.stringify(facts)).not.toContain('9876543210');
  });

  test('that is not an Error is logged by its type alone', () => {
    expect(errorFacts('9876543210')).toEqual({ error: 'string' });
    expect(errorFacts(undefined)).toEqual({ error: 'undefined' });
  });

  test('that has no stack is its name', () => {
    const error = new Error('9876543210');
    delete error.stack;
    expect(errorFacts(error)).toEqual({ error: 'Error', stack: [] });
  });

  test('is not shown by a message whose lines look like places in the code', () => {
    const facts = errorFacts(new Error('read:\n    at 9876543210'));
    expect(JSON.stringify(facts)).not.toContain('9876543210');
  });
});
