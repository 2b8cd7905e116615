/**
 * Compares Lookaside's answers with Capillary's own, before a fleet moves over. Each line of standard input is the query of a
 * look-up by v2, as a till sends it, such as `source=INSTORE&identifierName=mobile&identifierValue=%2B919876543210`.
 *
 *   LOOKASIDE_URL=… LOOKASIDE_API_KEY=… CAPILLARY_URL=… CAPILLARY_AUTHORIZATION='Basic …' npx node examples/shadow/compare.ts < queries.txt
 *
 * It asks both for each line, and counts. Lookaside's reply is Capillary's, cut down: each of its members must be Capillary's own,
 * digit by digit. A line that differs is named by its number and the members' paths: no identifier and no value is printed. An
 * error of Lookaside's own, and a body without JSON, have no such members: then the line shows both statuses, with their codes. A
 * stored answer may differ because the customer has changed since (its age is printed). `--fresh` asks with `no-cache`: then any
 * difference is a fault. It ends with 1 if a line differs or fails, and with 2 if it compares nothing.
 */
import { createInterface } from 'node:readline';

const PATH = '/v2/customers/lookup/customerDetails';
const { LOOKASIDE_URL, LOOKASIDE_API_KEY = '', CAPILLARY_URL, CAPILLARY_AUTHORIZATION = '' } = process.env;
if (!LOOKASIDE_URL || !CAPILLARY_URL) {
  console.error(
    'Set LOOKASIDE_URL and CAPILLARY_URL, and LOOKASIDE_API_KEY and CAPILLARY_AUTHORIZATION where they are needed.',
  );
  process.exit(2);
}
const options = process.argv.slice(2);
// A misspelt --fresh would compare stored answers, and nobody would notice.
if (options.some((option) => option !== '--fresh')) {
  console.error('The only option is --fresh. The queries are on standard input, one in each line.');
  process.exit(2);
}
const isFresh = options.includes('--fresh');

/** A number as the text that stands in the JSON. */
class Digits {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** JSON, each number with its digits: 95827.0 is not 95827. Needs Node.js 22. */
const parse = (text: string): unknown =>
  (
    JSON.parse as (
      text: string,
      reviver: (name: string, value: unknown, context: { source?: string }) => unknown,
    ) => unknown
  )(text, (_name, value, context) => (typeof value === 'number' ? new Digits(context.source ?? '') : value));

/** Whether it is an object or an array, and no number. */
function hasMembers(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Digits);
}

/** The paths of the values in `ours` that `theirs` lacks, or has with another value. */
function differences(ours: unknown, theirs: unknown, path = ''): string[] {
  if (ours instanceof Digits && theirs instanceof Digits) return ours.text === theirs.text ? [] : [path];
  if (!hasMembers(ours)) return ours === theirs ? [] : [path];
  if (!hasMembers(theirs) || Array.isArray(ours) !== Array.isArray(theirs)) return [path];
  if (Array.isArray(ours) && ours.length !== (theirs as unknown[]).length) return [`${path}[]`];
  return Object.entries(ours).flatMap(([name, value]) =>
    differences(
      value,
      (theirs as Record<string, unknown>)[name],
      Array.isArray(ours) ? `${path}[]` : `${path}.${name}`,
    ),
  );
}

/** The code of a failure, such as ECONNREFUSED, or its name. The message may hold an address with the query. */
function reasonOf(error: unknown): string {
  const { name = 'unknown', cause } = Object(error) as { name?: string; cause?: { code?: string } };
  return cause?.code ?? name;
}

/** The body as JSON; undefined: it is not JSON. */
function readJson(body: string): unknown {
  try {
    return parse(body);
  } catch {
    return undefined;
  }
}

/** The code of the first error; empty: there is none. Any other text could be a value, and is no code. */
function codeOf({ json }: Answer): string {
  const { errors } = Object(json) as { errors?: unknown };
  const { code } = Object(Array.isArray(errors) ? errors[0] : undefined) as { code?: unknown };
  const text = code instanceof Digits ? code.text : code;
  return typeof text === 'string' && /^(?:[a-z_]+|\d{1,6})$/.test(text) ? text : '';
}

/** The status and the code: the code says why, and repeats no value. */
function shown(answer: Answer): string {
  const { status, json } = answer;
  return json === undefined ? `${status} without JSON` : `${status} ${codeOf(answer)}`.trimEnd();
}

/** Whether there was nothing to compare: a failure, a refused credential, or a limit. */
function isTrouble({ status }: Answer): boolean {
  return status >= 500 || [401, 403, 429].includes(status);
}

/** Whether an error, or one of these errors, has a code or a message. */
function isReadable(error: unknown): boolean {
  if (error instanceof Digits) return true;
  if (!hasMembers(error)) return typeof error === 'string' && error.trim() !== '';
  const says = Array.isArray(error) ? Object.keys(error) : ['code', 'message'];
  return Object.entries(error).some(([name, value]) => (says.includes(name) || hasMembers(value)) && isReadable(value));
}

/** Whether Capillary's 400 gives no reason, and Lookaside says exactly this in its own words. */
function isSilentRefusal(ours: Answer, theirs: Answer): boolean {
  if (theirs.status !== 400 || isReadable((Object(theirs.json) as { errors?: unknown }).errors)) return false;
  return ours.status === 400 && codeOf(ours) === 'upstream_refused';
}

/** What differs: the paths of members, or the two answers. Empty: nothing. */
function differencesOf(ours: Answer, theirs: Answer): string[] {
  const both = `(Lookaside ${shown(ours)}, Capillary ${shown(theirs)})`;
  if (isSilentRefusal(ours, theirs)) return [];
  if (ours.status !== theirs.status) return [`status ${both}`];
  const isComparable = !ours.isOwnError && ours.json !== undefined && theirs.json !== undefined;
  return isComparable ? differences(ours.json, theirs.json) : [`answer ${both}`];
}

type Answer = Awaited<ReturnType<typeof ask>>;

/** @throws {Error} if there is no answer; the message says whose */
async function ask(whose: 'Lookaside' | 'Capillary', ...request: Parameters<typeof send>) {
  try {
    return await send(...request);
  } catch (error) {
    throw new Error(`${whose} ${reasonOf(error)}`);
  }
}

async function send(base: string, query: string, headers: Record<string, string>) {
  const response = await fetch(`${base.replace(/\/$/, '')}${PATH}?${query}`, {
    headers,
    signal: AbortSignal.timeout(30_000),
  });
  const { status, headers: replied } = response;
  const isOwnError = replied.get('content-type') === 'application/problem+json';
  return { status, age: replied.get('age'), isOwnError, json: readJson(await response.text()) };
}

const counts = { same: 0, different: 0, failed: 0 };
let line = 0;
for await (const text of createInterface({ input: process.stdin })) {
  line += 1;
  // A program of Windows may have begun the file with a byte order mark.
  const query = text.replace(/^\uFEFF/, '');
  if (query.trim() === '') continue;
  try {
    const [ours, theirs] = await Promise.all([
      ask('Lookaside', LOOKASIDE_URL, query, {
        'x-api-key': LOOKASIDE_API_KEY,
        ...(isFresh && { 'cache-control': 'no-cache' }),
      }),
      ask('Capillary', CAPILLARY_URL, query, { authorization: CAPILLARY_AUTHORIZATION }),
    ]);
    if (isTrouble(ours) || isTrouble(theirs)) {
      counts.failed += 1;
      console.log(`line ${line}: failed, Lookaside ${shown(ours)}, Capillary ${shown(theirs)}`);
      continue;
    }
    const found = differencesOf(ours, theirs);
    counts[found.length === 0 ? 'same' : 'different'] += 1;
    if (found.length > 0) {
      const age = ours.age === null ? '' : `; Lookaside's answer is ${ours.age} s old`;
      console.log(`line ${line}: differs in ${[...new Set(found)].join(', ')}${age}`);
    }
  } catch (error) {
    counts.failed += 1;
    console.log(`line ${line}: failed, ${(error as Error).message}`);
  }
}
console.log(`${counts.same} same, ${counts.different} different, ${counts.failed} failed`);
if (counts.same + counts.different + counts.failed === 0) {
  console.error('There is no query on standard input.');
  process.exitCode = 2;
} else {
  process.exitCode = counts.different + counts.failed > 0 ? 1 : 0;
}
