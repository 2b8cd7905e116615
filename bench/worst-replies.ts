import { MAX_REPLY_BYTES } from '../functions/adapters/capillary/capped-body.ts';

/** A text of the greatest length: its beginning, as many of these pieces as fit, and its end. */
function filled(start: string, piece: string | ((count: number) => string), end: string): string {
  const pieces: string[] = [];
  let length = start.length + end.length;
  for (let count = 0; ; count += 1) {
    const next = typeof piece === 'string' ? piece : piece(count);
    if (length + next.length > MAX_REPLY_BYTES) return start + pieces.join('') + end;
    pieces.push(next);
    length += next.length;
  }
}

const list = (element: string) => filled('{"id":1.0,"a":[0', `,${element}`, ']}');
const text = (piece: string) => filled('{"id":1.0,"a":"', piece, '"}');
const fields = (field: (count: number) => string) => filled('{"id":1.0', (count) => `,${field(count)}`, '}');
const nested = (open: string, close: string) => {
  const depth = Math.floor((MAX_REPLY_BYTES - 20) / (open.length + close.length));
  return `{"id":1.0,"a":${open.repeat(depth)}1${close.repeat(depth)}}`;
};

/** Replies of v2 of 512 KiB, each as costly to read as its kind can be. */
export const WORST_REPLIES: Readonly<Record<string, string>> = {
  'whole numbers': list('1'),
  'numbers that keep their digits': list('1.0'),
  'numbers in scientific notation': list('1e1'),
  'numbers of 64 bits': list('9007199254740993'),
  'one endless number': `{"id":1.0,"a":${'1'.repeat(MAX_REPLY_BYTES - 20)}}`,
  'empty objects': list('{}'),
  'empty lists': list('[]'),
  'objects of one number': list('{"a":1.0}'),
  'empty texts': list('""'),
  'texts with an escape': list('"\\n"'),
  'one text of escapes': text('\\n'),
  'one text of escaped characters': text('\\u0041'),
  'one long text': text('x'),
  'one long text in another script': filled('{"id":1.0,"a":"', 'न', '"}').slice(0, MAX_REPLY_BYTES / 3),
  nulls: list('null'),
  'white space': filled('{"id":1.0', '\n', '}'),
  'members of other names': fields((count) => `"a${count.toString(36)}":1.0`),
  'members named by numbers': fields((count) => `"${count}":1`),
  'members named by large numbers': fields((count) => `"${count * 100_000}":1`),
  'members of one name': fields(() => '"a":1.0'),
  'nested lists': nested('[', ']'),
  'nested objects': nested('{"a":', '}'),
  errors: filled('{"errors":[{}', ',{"a":1}', ']}'),
  'warnings beside a customer': filled('{"id":1.0,"warnings":[{}', ',{"code":1}', ']}'),
  'profiles with identifiers': filled(
    '{"id":1.0,"profiles":[{"identifiers":[{}',
    ',{"type":"mobile","value":"1"}',
    ']}]}',
  ),
};
