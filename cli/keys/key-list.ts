import { type KeyName, readMember } from './key-name.ts';
import { isValueOf } from './key-value.ts';

/** A key with its value, as it stands in a list. */
export interface ListedKey extends KeyName {
  readonly isEnabled: boolean;
  readonly value: string;
}

/** Thrown if a list cannot be read. The message names the line, and never a value. */
export class KeyListError extends Error {
  override readonly name = 'KeyListError';
}

/** The first line of a list of keys. */
export const HEADER = 'class,name,generation,enabled,value';

/** A list as CSV (RFC 4180). No field needs quotes. */
export function writeKeyList(keys: readonly ListedKey[]): readonly string[] {
  return [HEADER, ...keys.map(toLine)];
}

function toLine({ className, member, generation, isEnabled, value }: ListedKey): string {
  return [className, member, generation, isEnabled, value].join(',');
}

/**
 * Reads a list as `writeKeyList` writes it.
 * @throws {KeyListError} if a line is wrong, or two lines have one key or one value
 */
export function readKeyList(text: string): readonly ListedKey[] {
  const [header, ...lines] = text.split(/\r?\n/);
  if (header !== HEADER) throw new KeyListError(`line 1 is not the header; allowed is ${HEADER}.`);
  const keys = lines.flatMap((line, index) => (line === '' ? [] : [readLine(line, index + 2)]));
  refuseTwice(keys, ({ className, member, generation }) => `${className}.${member}.${generation}`, 'have the same key');
  refuseTwice(keys, ({ value }) => value, 'have the same value');
  return keys;
}

function readLine(line: string, number: number): ListedKey {
  const [className = '', member = '', generation = '', enabled = '', value = '', ...more] = line.split(',');
  const wrong = (what: string) => new KeyListError(`line ${number} has ${what}.`);
  if (more.length > 0) throw wrong('more than five fields');
  if (readMember(`${className}.${member}`) === undefined) throw wrong('a class or a name that is not allowed');
  if (!/^[1-9]\d{0,5}$/.test(generation)) throw wrong('a generation that is not 1, 2, 3, …');
  if (enabled !== 'true' && enabled !== 'false') throw wrong('an `enabled` that is not true or false');
  if (!isValueOf(className, value)) {
    throw wrong(`no value of its class; allowed are 20 to 128 characters that begin with "${className}."`);
  }
  return { className, member, generation: Number(generation), isEnabled: enabled === 'true', value };
}

function refuseTwice(keys: readonly ListedKey[], of: (key: ListedKey) => string, what: string): void {
  const [twice] = [...Map.groupBy(keys, of).values()].filter(({ length }) => length > 1);
  if (twice === undefined) return;
  const [{ className, member } = { className: '', member: '' }] = twice;
  throw new KeyListError(`two lines ${what} (one is ${className}.${member}).`);
}
