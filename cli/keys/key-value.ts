import { randomInt } from 'node:crypto';
import { CLASS_SEPARATOR } from '../../functions/settings/caller-classes.ts';

const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** 238 bits: too many to guess. With the longest name of a class it is within API Gateway's 20 to 128 characters. */
const RANDOM_CHARACTERS = 40;

/** The form of a key that API Gateway accepts, with the class in front. */
const KEY_VALUE = /^[a-z][a-z0-9-]*\.[\w.~+/=-]{1,127}$/;

/**
 * A new key's value: the class, then random characters.
 * @param random a whole number below its argument; default: node:crypto's
 */
export function makeValue(className: string, random: (below: number) => number = randomInt): string {
  const made = Array.from({ length: RANDOM_CHARACTERS }, () => CHARACTERS[random(CHARACTERS.length)]);
  return `${className}${CLASS_SEPARATOR}${made.join('')}`;
}

/** Whether a value may be a key of a class. */
export function isValueOf(className: string, value: string): boolean {
  const isLongEnough = value.length >= 20 && value.length <= 128;
  return isLongEnough && KEY_VALUE.test(value) && value.startsWith(`${className}${CLASS_SEPARATOR}`);
}
