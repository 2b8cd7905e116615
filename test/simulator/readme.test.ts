import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { toMadeUpAnswer } from '../../simulator/customers/made-up-answers.ts';
import { FAULT_KINDS } from '../../simulator/faults/faults.ts';
import { isKnownCode } from '../../simulator/upstream-errors.ts';
import { code, codeSpans, rows } from '../support/document-tables.ts';
import { startClient } from './simulator-client.ts';

// Holds the manual of the simulator to the simulator.

const manual = readFileSync('simulator/README.md', 'utf8');
const commands = rows(manual, '## Control commands')
  .map(([first]) => code(first))
  .filter((text) => text.startsWith('{'));

describe('the README of the simulator', () => {
  test('shows more than ten commands', () => {
    expect(commands.length).toBeGreaterThan(10);
  });

  test.each(commands)('%s is a command', async (command) => {
    const { simulator } = await startClient();
    expect(() => simulator.control(JSON.parse(command))).not.toThrow();
  });

  test('lists each customer by an externalId that finds it', async () => {
    const { v2 } = await startClient();
    const listed = rows(manual, '### Special customers')
      .slice(1)
      .flatMap(([first = '']) => codeSpans(first));
    expect(listed).toHaveLength(10);
    for (const identifierValue of ['12341234', 'CUST-0006', ...listed.filter((name) => name !== 'ERASED')]) {
      const reply = await v2({ source: 'INSTORE', identifierName: 'externalId', identifierValue });
      expect([identifierValue, Object.keys(Object(await reply.json()))]).toEqual([
        identifierValue,
        expect.arrayContaining(['id', 'profiles']),
      ]);
    }
  });

  test('lists only identifiers that produce an answer, and only codes that exist', () => {
    const table = rows(manual, '### Identifiers that ask for an answer').slice(1);
    const [, reply = ''] = table[0] ?? [];
    const codes = [...reply.matchAll(/\d+/g)].map(Number);
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((number) => !isKnownCode(number))).toEqual([]);

    const named = [...codeSpans(manual)].filter((text) => /^(ERR|FAULT|SLOW|HTTP)-\w/.test(text));
    expect(named.length).toBeGreaterThan(4);
    for (const value of named) expect(toMadeUpAnswer({ name: 'externalId', value })).toBeDefined();
    const faults = named.flatMap((text) => /^FAULT-(.*)/.exec(text)?.[1] ?? []);
    expect(faults.filter((kind) => !(FAULT_KINDS as readonly string[]).includes(kind))).toEqual([]);
  });
});
