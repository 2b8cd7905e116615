import { isArray, isObject, type Json, type JsonObject } from '../json/json.ts';
import { setOwn } from '../json/json-value.ts';

/**
 * The parts of a reply that are kept, in Google's partial-response syntax: `id,profiles(firstName,identifiers/value)`. `*`
 * keeps everything.
 */
export interface Projection {
  /** The text that it was compiled from, white space removed. */
  readonly fields: string;
  /** The parts of the reply that are kept. */
  readonly mask: Names;
  /** The projection that this one narrows further: it is applied first. Default: the whole reply. */
  readonly within?: Projection;
}

/** The parts of a value that are kept: everything, or some of its names. */
type Mask = 'everything' | Names;

/** The names of an object that are kept, with the parts of each. */
type Names = ReadonlyMap<string, Mask>;

/** Thrown by `compileProjection`. The message completes the sentence "the projection …". */
export class ProjectionError extends Error {
  override readonly name = 'ProjectionError';
}

/** The longest projection that is read, in characters: several times the till's profile. */
export const MAX_PROJECTION_LENGTH = 4096;

/** The deepest nesting that is read; the upstream's own replies nest six levels. */
const MAX_PROJECTION_DEPTH = 32;

const WILDCARD = '*';

/** A name, white space, or one other character. */
const TOKEN = /[\w.-]+|\s+|./gsy;
/** A character of a name. A token that has one is a name, or the wildcard. */
const NAME = /[\w.*-]/;

/**
 * Compiles a projection. If a name occurs twice, the parts of both are kept. json-mask 2.0.0 does not fit: it throws for
 * `firstName(length)` on a text, reads `a(b` as `a(b)`, and keeps only `c` of `a/b,a/c`.
 *
 * The grammar: `list = item *("," item)`, `item = name ["/" item | "(" list ")"]`, `name = "*" | 1*(letter | digit |
 * "_" | "." | "-")`. White space may be around names. Between two names it is not enough: there must be punctuation.
 *
 * @throws {ProjectionError} if the text breaks the grammar, is longer than `MAX_PROJECTION_LENGTH` or nests too deep
 */
export function compileProjection(text: string): Projection {
  if (text.length > MAX_PROJECTION_LENGTH) {
    throw new ProjectionError(`is longer than ${MAX_PROJECTION_LENGTH} characters`);
  }
  const tokens = tokensOf(text);
  if (tokens.length === 0) throw new ProjectionError('is empty');
  let next = 0;

  const list = (depth: number): OwnNames => {
    const names: OwnNames = new Map();
    do merge(names, ...item(depth));
    while (take(','));
    return names;
  };

  const item = (depth: number): [string, OwnMask] => {
    if (depth > MAX_PROJECTION_DEPTH) throw new ProjectionError(`nests deeper than ${MAX_PROJECTION_DEPTH} levels`);
    const name = tokens[next];
    if (name === undefined || !NAME.test(name)) throw unexpected('a name');
    next += 1;
    if (take('/')) return [name, new Map([item(depth + 1)])];
    if (!take('(')) return [name, 'everything'];
    const mask = list(depth + 1);
    if (!take(')')) throw unexpected('"," or ")"');
    return [name, mask];
  };

  const take = (token: string): boolean => {
    if (tokens[next] !== token) return false;
    next += 1;
    return true;
  };

  const unexpected = (wanted: string): ProjectionError => {
    const found = tokens[next];
    const where = `at character ${tokens.slice(0, next).join('').length + 1}`;
    return new ProjectionError(`has ${nameOfToken(found)} ${where}, where ${wanted} belongs`);
  };

  const mask = list(1);
  if (next < tokens.length) throw unexpected('","');
  return { fields: tokens.join(''), mask };
}

/**
 * The tokens, without the white space around punctuation. White space between two names stays, and breaks the grammar.
 * Otherwise `id segments` would become one name.
 */
function tokensOf(text: string): readonly string[] {
  const isName = (token = '') => NAME.test(token);
  return (text.match(TOKEN) ?? []).filter(
    (token, at, all) => token.trim() !== '' || (isName(all[at - 1]) && isName(all[at + 1])),
  );
}

/**
 * A token for a refusal. The refusal does not repeat a name or a strange character, because it may be personal data.
 */
function nameOfToken(token: string | undefined): string {
  if (token === undefined) return 'its end';
  if (NAME.test(token) && token !== WILDCARD) return 'a name';
  return '*,/()'.includes(token) ? JSON.stringify(token) : 'a character';
}

/** Keeps everything. */
export const EVERYTHING: Projection = compileProjection('*');

/**
 * The projection for the value under a name: for `a(b,c)` and `a` it is `b,c`.
 *
 * @returns undefined if it does not keep the name
 */
export function projectionUnder({ mask }: Projection, name: string): Projection | undefined {
  const inner = keptUnder(mask, name);
  if (inner === undefined) return undefined;
  return inner === 'everything' ? EVERYTHING : { fields: '', mask: inner };
}

/** Names that only the compiler has, so it may change them. */
type OwnNames = Map<string, OwnMask>;
type OwnMask = 'everything' | OwnNames;

/**
 * Adds a name while a projection is compiled. If the name is there already, the parts of both are kept. It changes the
 * known parts: a copy for each of 800 equal names (`a/b,a/c,…`) would take 30 ms.
 */
function merge(names: OwnNames, name: string, mask: OwnMask): void {
  const known = names.get(name);
  if (known === undefined || mask === 'everything') names.set(name, mask);
  else if (known !== 'everything') for (const [inner, own] of mask) merge(known, inner, own);
}

function union(left: Mask, right: Mask): Mask {
  if (left === 'everything' || right === 'everything') return 'everything';
  const names = new Map(left);
  for (const [name, mask] of right) {
    const known = names.get(name);
    names.set(name, known === undefined ? mask : union(known, mask));
  }
  return names;
}

/**
 * The parts of a reply that the projection keeps. The names stay in the order of the reply.
 *
 * Arrays are cut element by element. If the projection asks for names of a value that has none (a string, a number), the
 * value is left out; null stays null.
 *
 * @param isKeptWhole whether a top-level section is kept even if the projection does not name it; default: no section is
 */
export function project(
  reply: JsonObject,
  { mask }: Projection,
  isKeptWhole?: (section: string) => boolean,
): JsonObject {
  return maskedObject(reply, mask, isKeptWhole);
}

function maskedObject(value: JsonObject, mask: Names, isKeptWhole?: (name: string) => boolean): JsonObject {
  const kept: Record<string, Json> = {};
  for (const name of Object.keys(value)) {
    const inner = value[name] as Json;
    const cutInner = isKeptWhole?.(name) ? inner : cutMember(inner, keptUnder(mask, name));
    if (cutInner !== undefined) setOwn(kept, name, cutInner);
  }
  return kept;
}

function cutMember(value: Json, mask: Mask | undefined): Json | undefined {
  return mask === undefined ? undefined : masked(value, mask);
}

/**
 * The unions of what a name and `*` keep, by the names of one object. They are remembered, because a reply has the same
 * names in many elements of a list, and the time of a union grows with the names of both sides.
 */
const UNIONS = new WeakMap<Names, Map<string, Mask>>();

/** The kept parts of a member that has a name in the projection, or that `*` matches, or both. */
function keptUnder(names: Names, name: string): Mask | undefined {
  const named = names.get(name);
  const wildcard = names.get(WILDCARD);
  if (named === undefined || wildcard === undefined) return named ?? wildcard;
  const unions = UNIONS.get(names) ?? new Map<string, Mask>();
  UNIONS.set(names, unions);
  const both = unions.get(name) ?? union(named, wildcard);
  unions.set(name, both);
  return both;
}

function masked(value: Json, mask: Mask): Json | undefined {
  if (mask === 'everything' || value === null) return value;
  if (isArray(value)) return value.map((element) => masked(element, mask)).filter((element) => element !== undefined);
  return isObject(value) ? maskedObject(value, mask) : undefined;
}
