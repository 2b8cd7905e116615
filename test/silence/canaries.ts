import { createHash } from 'node:crypto';

/** A text that must not be found, and everything by which it can be recognised. */
export interface Canary {
  readonly name: string;
  /** Its spellings. */
  readonly texts: readonly string[];
}

/** A found canary: its name, its encoding, and its place. */
export interface Finding {
  readonly canary: string;
  readonly encoding: string;
  readonly where: string;
  /** The text around it. */
  readonly excerpt: string;
}

/** Something that was written, sent or stored. */
export interface Haystack {
  readonly where: string;
  readonly text: string;
}

interface Needle {
  readonly canary: string;
  readonly encoding: string;
  readonly text: string;
  readonly ignoresCase: boolean;
}

const HASHES = ['md5', 'sha1', 'sha256'] as const;

/** Looks for canaries: raw, lower-cased, percent-, base64- and hex-encoded, and hashed without a key. */
export function findCanaries(canaries: readonly Canary[], haystacks: readonly Haystack[]): readonly Finding[] {
  const needles = canaries.flatMap(needlesOf);
  return haystacks.flatMap(({ where, text }) => {
    const lowered = text.toLowerCase();
    return needles.flatMap((needle): Finding[] => {
      const at = needle.ignoresCase ? lowered.indexOf(needle.text.toLowerCase()) : text.indexOf(needle.text);
      if (at < 0) return [];
      const { canary, encoding } = needle;
      return [{ canary, encoding, where, excerpt: text.slice(Math.max(0, at - 80), at + 80) }];
    });
  });
}

/** Every form of a canary that is searched. */
export function needlesOf({ name: canary, texts }: Canary): readonly Needle[] {
  const spellings = new Set(texts.flatMap((text) => [text, text.toLowerCase()]));
  return [...spellings].flatMap((text) => {
    const bytes = Buffer.from(text);
    const needle = (encoding: string, encoded: string, ignoresCase: boolean): Needle => ({
      canary,
      encoding,
      text: encoded,
      ignoresCase,
    });
    return [
      needle('raw', text, true),
      needle('JSON', JSON.stringify(text).slice(1, -1), true),
      needle('percent', encodeURIComponent(text), true),
      needle('percent, plus for a space', new URLSearchParams([['', text]]).toString().slice(1), true),
      needle('percent, every byte', [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''), true),
      needle('hex', bytes.toString('hex'), true),
      ...[0, 1, 2].flatMap((offset) => {
        const encoded = base64At(bytes, offset);
        const urlSafe = encoded.replaceAll('+', '-').replaceAll('/', '_');
        return [
          needle(`base64, offset ${offset}`, encoded, false),
          needle(`base64url, offset ${offset}`, urlSafe, false),
        ];
      }),
      ...HASHES.flatMap((algorithm) => {
        const digest = createHash(algorithm).update(bytes).digest();
        const unpadded = digest.toString('base64').replace(/=+$/, '');
        return [
          needle(`${algorithm}, hex`, digest.toString('hex'), true),
          needle(`${algorithm}, base64`, unpadded, false),
          needle(`${algorithm}, base64url`, digest.toString('base64url'), false),
        ];
      }),
    ];
  });
}

/** The base64 of any text that holds these bytes after `offset` bytes, or three more, and so on. */
function base64At(bytes: Buffer, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  // The first characters depend on the text before, the last on the text after.
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor(((offset + bytes.length) * 8) / 6);
  return encoded.slice(first, last);
}
