import { ERASED_MESSAGE, isKnownCode, type Notice, notice } from '../upstream-errors.ts';
import type { Identifier } from './identifiers.ts';

/**
 * The answer that a made-up identifier asks for. Such an identifier finds no customer. The README has the table of them.
 */
export type MadeUpAnswer =
  | { readonly kind: 'error'; readonly error: Notice; readonly isWithSurvivor: boolean }
  | { readonly kind: 'fault'; readonly fault: string }
  | { readonly kind: 'slow'; readonly latencyMs: number }
  | { readonly kind: 'status'; readonly status: number };

const MAX_SLOW_MS = 60_000;
const WITH_SURVIVOR = new Set([8069, 91009]);

const MADE_UP_MOBILE = /^(?:\+?91)?60000(\d{5})$/;
const MADE_UP_EMAIL = /^([^@]+)@example\.com$/i;

/** The answer that an identifier asks for; undefined for every other identifier. */
export function toMadeUpAnswer({ name, value }: Identifier): MadeUpAnswer | undefined {
  switch (name) {
    case 'externalId':
      return read(value);
    case 'email':
      return read(MADE_UP_EMAIL.exec(value)?.[1] ?? '');
    case 'mobile': {
      const code = MADE_UP_MOBILE.exec(value)?.[1];
      return code === undefined ? undefined : toError(Number(code));
    }
    default:
      return undefined;
  }
}

function read(text: string): MadeUpAnswer | undefined {
  const [, kind, argument = ''] = /^(ERR|FAULT|SLOW|HTTP)-([\w-]+)$/i.exec(text) ?? [];
  const number = /^\d{1,6}$/.test(argument) ? Number(argument) : undefined;
  switch (kind?.toUpperCase()) {
    case 'ERR':
      return number === undefined ? undefined : toError(number);
    case 'FAULT':
      return { kind: 'fault', fault: argument.toLowerCase() };
    case 'SLOW':
      return number === undefined ? undefined : { kind: 'slow', latencyMs: Math.min(number, MAX_SLOW_MS) };
    case 'HTTP':
      return number === undefined || number < 200 || number > 599 ? undefined : { kind: 'status', status: number };
    default:
      return undefined;
  }
}

function toError(code: number): MadeUpAnswer | undefined {
  if (!isKnownCode(code)) return undefined;
  return { kind: 'error', error: notice(code), isWithSurvivor: WITH_SURVIVOR.has(code) };
}

/** The error for an erased customer. Its code is not documented, so it is an option of the simulator. */
export function erased(code: number): Notice {
  return notice(code, ERASED_MESSAGE);
}
