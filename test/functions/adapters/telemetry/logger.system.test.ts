import { execFile as execFileWithCallback } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { errorFacts } from '../../../../functions/adapters/telemetry/logger.ts';

const execFile = promisify(execFileWithCallback);

describe('the log', () => {
  test('is one line of JSON for each request, on standard output, from its level on', async () => {
    // In a process of its own: Powertools makes a console of its own on standard output.
    const logger = path.resolve(import.meta.dirname, '../../../../functions/adapters/telemetry/logger.ts');
    const script = `
      import { createLog, errorFacts } from ${JSON.stringify(logger)};
      for (const level of ['INFO', 'ERROR', 'SILENT']) {
        const log = createLog(level, { environment: 'sandbox', function: 'http' });
        log.info('request', { level_set: level, status: 200, note: 'two\\nlines' });
        log.error('request', { level_set: level, ...errorFacts(new TypeError('9876543210')) });
      }
    `;
    const { stdout, stderr } = await execFile(process.execPath, ['--input-type=module', '-e', script], { env: {} });
    const lines = stdout.trimEnd().split('\n').concat(stderr.trimEnd().split('\n'));
    const records = lines.filter((line) => line !== '').map((line) => JSON.parse(line));
    expect(records.map(({ level_set, level }) => [level_set, level])).toEqual([
      ['INFO', 'INFO'],
      ['INFO', 'ERROR'],
      ['ERROR', 'ERROR'],
    ]);
    expect(records[0]).toMatchObject({ message: 'request', service: 'lookaside', status: 200, note: 'two\nlines' });
    expect(records[1]).toMatchObject({ error: 'TypeError', stack: expect.any(Array) });
    expect(stdout + stderr).not.toContain('9876543210');
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

  test('does not show what it was caused by', () => {
    const facts = errorFacts(new Error('outer', { cause: new Error('9876543210') }));
    expect(JSON.stringify(facts)).not.toContain('9876543210');
  });

  test('that is none is said by its type alone', () => {
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
