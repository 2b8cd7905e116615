import { setImmediate } from 'node:timers/promises';
import {
  isArray,
  isObject,
  type Json,
  type JsonObject,
  MAX_NATIVE_LENGTH,
  parseJson,
} from '../../customer/json/json.ts';
import { JsonReading } from '../../customer/json/json-reading.ts';
import { monotonicNow } from '../monotonic-now.ts';

/** The body of a reply. */
export interface ReplyBody {
  /** The decoded text; undefined if it is unreadable (too big, wrongly coded, not UTF-8). */
  readonly text: string | undefined;
  /** The text as a JSON object; undefined if it is not one, or nests deeper than a reply may. */
  readonly json: JsonObject | undefined;
}

/** How deep a reply may nest. Documented replies nest less than ten levels; the writer of JSON uses recursion. */
export const MAX_REPLY_DEPTH = 200;

/** How many values and names the reader reads before it checks the time. */
const STEPS = 500;
/**
 * How long the reader blocks the event loop at a time. With 0.29 of a CPU it may take more than three times as long.
 */
const MAX_PIECE_MS = 5;

/**
 * Reads a body. It reads a large one in pieces, and the event loop runs between them.
 *
 * @param now milliseconds since some moment, never set back. Default: the process's own clock
 */
export async function readReplyBody(text: string | undefined, now = monotonicNow): Promise<ReplyBody> {
  if (text === undefined || text.length <= MAX_NATIVE_LENGTH) return toReplyBody(text);
  const reading = new JsonReading(text, MAX_REPLY_DEPTH);
  let since = now();
  try {
    while (!reading.read(STEPS)) {
      if (now() - since < MAX_PIECE_MS) continue;
      await setImmediate();
      since = now();
    }
  } catch (error) {
    // There is no value then.
    if (!(error instanceof SyntaxError)) throw error;
  }
  await setImmediate();
  return { text, json: isObject(reading.value) ? reading.value : undefined };
}

/** Reads a body at once. */
export function toReplyBody(text: string | undefined): ReplyBody {
  const json = text === undefined ? undefined : toJson(text);
  return { text, json: isObject(json) && !nestsDeeper(json, MAX_REPLY_DEPTH) ? json : undefined };
}

function toJson(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function nestsDeeper(value: Json, depth: number): boolean {
  if (isArray(value)) return depth === 0 || value.some((element) => nestsDeeper(element, depth - 1));
  if (isObject(value)) return depth === 0 || Object.values(value).some((member) => nestsDeeper(member, depth - 1));
  return false;
}
