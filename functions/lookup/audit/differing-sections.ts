import { isArray, isObject, type Json, parseObject, writeJson } from '../../customer/json/json.ts';
import { DOCUMENTED_SECTIONS } from '../../customer/reply/documented-sections.ts';
import { REPLY_SHAPES } from '../../customer/reply/reply-shape.ts';
import type { Api } from '../../customer/request/canonical-request.ts';
import { type DriftSection, OTHER_SECTION } from './audit-words.ts';

/**
 * The names of the top-level sections in which two trimmed profiles differ, sorted, each once. The order of an object's
 * members does not count. The order of a list and the digits of a number count.
 *
 * @param served JSON text of the served profile
 * @param current JSON text of the profile that the upstream gives now
 */
export function differingSections(api: Api, served: string, current: string): readonly DriftSection[] {
  const [before, after] = [served, current].map((body) => sectionsOf(api, body)) as [Sections, Sections];
  const names = new Set([...before.keys(), ...after.keys()]);
  const differing = [...names].filter((name) => before.get(name) !== after.get(name));
  return [...new Set(differing.map((name) => (DOCUMENTED_SECTIONS[api].has(name) ? name : OTHER_SECTION)))].sort();
}

/** The sections of a profile as texts, by their names: equal values have equal texts. */
type Sections = ReadonlyMap<string, string>;

function sectionsOf(api: Api, body: string): Sections {
  const customer = REPLY_SHAPES[api].customerOf(parseObject(body));
  const sections = isObject(customer) ? Object.entries(customer) : [];
  return new Map(sections.map(([name, value]) => [name, writeJson(sorted(value))]));
}

function sorted(value: Json): Json {
  if (isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name] as Json)]));
}
