import { FAULT_KINDS, type Fault } from '../faults/faults.ts';
import { isKnownCode, type Notice, notice } from '../upstream-errors.ts';
import type { Identifier } from './identifiers.ts';

/**
 * The answer that a made-up identifier asks for. Such an identifier finds no customer. The README has the table of them.
 */
export interface MadeUpAnswer {
  readonly error?: Notice;
  readonly fault?: Fault;
}

const MAX_SLOW_MS = 60_000;

const MADE_UP_MOBILE = /^(?:\+?91)?60000(\d{5})$/;
const MADE_UP_EMAIL = /^([^@]+)@example\.com$/i;

/** The answer that an identifier asks for; undefined for every other identifier. */
export function toMadeUpAnswer({ name, value }: Identifier): MadeUpAnswer | undefined {
  if (name === 'externalId') return read(value);
  if (name === 'email') return read(MADE_UP_EMAIL.exec(value)?.[1] ?? '');
  return name === 'mobile' ? toError(Number(MADE_UP_MOBILE.exec(value)?.[1])) : undefined;
}

function read(text: string): MadeUpAnswer | undefined {
  const [, kind = '', argument = ''] = /^(ERR|FAULT|SLOW|HTTP)-([\w-]+)$/i.exec(text) ?? [];
  if (kind.toUpperCase() === 'FAULT') {
    const fault = FAULT_KINDS.find((one) => one === argument.toLowerCase());
    return fault && { fault: { kind: fault } };
  }
  const number = /^\d{1,6}$/.test(argument) ? Number(argument) : Number.NaN;
  if (Number.isNaN(number)) return undefined;
  if (kind.toUpperCase() === 'ERR') return toError(number);
  if (kind.toUpperCase() === 'SLOW') return { fault: { kind: 'slow', latencyMs: Math.min(number, MAX_SLOW_MS) } };
  return number >= 200 && number <= 599 ? { fault: { kind: 'status', status: number } } : undefined;
}

function toError(code: number): MadeUpAnswer | undefined {
  return isKnownCode(code) ? { error: notice(code) } : undefined;
}
