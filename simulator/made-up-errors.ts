import type { Identifier } from './identifiers.ts';
import { ERASED_MESSAGE, isKnownCode, type Notice, notice } from './upstream-errors.ts';

/**
 * Made-up identifiers that do not find a customer but make the simulator answer in a certain way. For use where the
 * control endpoint cannot be reached, and for one look-up among many.
 *
 * An error comes in the shape of the API that was asked: v2's `errors[]`, or the `item_status` of v1.1's customer.
 *
 * | externalId (v1.1: external_id) | what comes back |
 * |---|---|
 * | `ERR-<code>` | that error: 8015, 8065, 816, 1011, 1012, 1013, 1020, 8089, 8003, 8011, 8012, 8013, 8045, 8130, 11013, 1015, 1042, 1104, 1044, 618, 461, 521, 429 |
 * | `ERR-8069`, `ERR-91009` | that error, and beside it the survivor's data [?] |
 * | `FAULT-<kind>` | that fault of `faults.ts`, with its defaults: `FAULT-html`, `FAULT-hang`, `FAULT-gzip-bomb`, … |
 * | `SLOW-<ms>` | not found, after that many milliseconds (60 000 at most) instead of the usual latency |
 * | `HTTP-<status>` | that HTTP status with a text body; 401 and 403 with an XML body |
 *
 * The same as an e-mail address in any letter case, where externalId does not find customers: `err-8015@example.com`. And
 * as a mobile number, for the errors: `60000` and the code in five digits, so `6000008015` or `916000008015`.
 *
 * Further identifiers (`WARN-8062`, `MERGED`, `ERASED`, …) belong to made-up customers: `special-customers.ts`.
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

/** The answer that a made-up identifier stands for; undefined for every other identifier. */
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

/** What is answered for an erased customer; the code that goes with it is not documented, hence a setting. */
export function erased(code: number): Notice {
  return notice(code, ERASED_MESSAGE);
}
