import { toCustomerId } from '../identifier/customer-id.ts';
import { isArray, isNumber, isObject, type Json, type JsonObject, listOf, parseJson, textOf } from '../json/json.ts';
import { partsOf } from '../reply/error-elements.ts';
import type { JoinedSection } from '../request/canonical-request.ts';
import { customerOf, itemWarningsOf } from '../v1/v1-shape.ts';
import { MISSING_PROFILE, MISSING_SECTIONS } from '../v2/v2-shape.ts';

/**
 * A v2 profile with sections of a v1.1 reply about the same customer, and with the warnings of that reply in v2's form.
 */
export function joinSections(profile: JsonObject, other: JsonObject, sections: readonly JoinedSection[]): JsonObject {
  return withWarnings({ ...profile, ...joinedSections(other, sections) }, warningsOf(other));
}

/** A v2 profile that lacks sections, and says so. */
export function withoutSections(profile: JsonObject, sections: readonly JoinedSection[], reason: string): JsonObject {
  const names = sections.map(({ name }) => name).join(', ');
  return withWarning(profile, MISSING_SECTIONS, `Missing here: ${names}. ${reason}`);
}

/** Sections of a v1.1 reply without the v2 profile, and a warning that says so. */
export function sectionsAlone(other: JsonObject, sections: readonly JoinedSection[], reason: string): JsonObject {
  const names = sections.map(({ name }) => name).join(', ');
  const message = `Missing here: the profile. This reply has only id, ${names}. ${reason}`;
  const alone = withWarnings({ ...idOf(other), ...joinedSections(other, sections) }, warningsOf(other));
  return withWarning(alone, MISSING_PROFILE, message);
}

function withWarning(profile: JsonObject, code: string, message: string): JsonObject {
  return withWarnings(profile, [{ status: false, code, message }]);
}

function withWarnings(profile: JsonObject, added: readonly Json[]): JsonObject {
  if (added.length === 0) return profile;
  // v2's own warnings may be one object instead of a list.
  const { warnings = null } = profile;
  return { ...profile, warnings: [...(isNothing(warnings) ? [] : listOf(warnings)), ...added] };
}

/** The warnings of v1.1, with v2's numeric codes: a part could not be fetched, or the customer was merged. */
function warningsOf(other: JsonObject): readonly Json[] {
  const customer = customerOf(other);
  const status = isObject(customer) ? customer.item_status : undefined;
  if (!isObject(status)) return [];
  return itemWarningsOf(status)
    .filter((warning) => isObject(warning) || isNumber(warning))
    .map(partsOf)
    .map(({ code, message }) => ({ status: false, code: toNumber(textOf(code) ?? '') ?? code, message }));
}

/** The customer's id as v2 writes it: a number. */
function idOf(other: JsonObject): JsonObject {
  const customer = customerOf(other);
  const id = isObject(customer) ? toCustomerId(textOf(customer.user_id)) : undefined;
  return id === undefined ? {} : { id: parseJson(id) };
}

function joinedSections(other: JsonObject, sections: readonly JoinedSection[]): JsonObject {
  const customer = customerOf(other);
  const members = isObject(customer) ? customer : {};
  return Object.fromEntries(
    sections.map(({ name, from, form }) => {
      const value = from.map((member) => members[member]).find((candidate) => candidate !== undefined) ?? null;
      return [name, form === 'list' ? toList(value) : toSection(value, form === 'flags')];
    }),
  );
}

/** An object as v2 writes it. Nothing, and also an empty list, becomes null. */
function toSection(value: Json, areFlags: boolean): Json {
  return isArray(value) && value.length === 0 ? null : toValue(value, '', areFlags);
}

/**
 * A list in an object, `{"coupon":[…]}`, or an empty value of v1.1 in any of its forms, as a list without empty values.
 */
function toList(value: Json): Json {
  if (isArray(value)) {
    return value.map((element) => toValue(element, '', false)).filter((element) => !isNothing(element));
  }
  if (!isObject(value)) return [];
  const members = Object.values(value);
  const lists = members.filter(isArray);
  const [list] = lists;
  if (list !== undefined && lists.length === 1) return toList(list);
  const [only] = members;
  if (members.length === 1 && !isObject(only)) return [];
  return toList([members.length === 1 && only !== undefined ? only : value]);
}

/**
 * Members that hold words, even if the words look like numbers: `"0012"` is a coupon's code. A brand may name its tiers
 * and stores by numbers: `"to_slab": "2"`, `"issued_at": "1024"`.
 */
const TEXT_NAME =
  /(?:code|number|name|title|slab|description|message|mobile|phone|email|external_id|label|reason|status)$|(?:^|entity_)value$|_(?:by|at|no)$/i;
/** Members that hold a boolean, even if it is written as 1 or 0. */
const FLAG_NAME = /^(?:is|has)_/i;

/** The deepest nesting that this code rewrites. A value that nests deeper is certainly broken, and is left out. */
const MAX_DEPTH = 64;

/**
 * A value as v2 writes it: booleans as booleans, numbers as numbers with the upstream's digits, and null for nothing.
 */
function toValue(value: Json, name: string, areFlags: boolean, depth = 1): Json {
  if (depth > MAX_DEPTH) return null;
  if (isArray(value)) return value.map((element) => toValue(element, name, areFlags, depth + 1));
  if (isObject(value)) {
    if (isEmptyFields(value)) return null;
    const members = Object.entries(value).map(([member, inner]) => {
      return [member, toValue(inner, member, areFlags || FLAG_NAME.test(member), depth + 1)] as const;
    });
    return Object.fromEntries(members);
  }
  const text = textOf(value);
  if (text === undefined) return value;
  if (text === '') return null;
  if (areFlags && (text === '1' || text === '0')) return text === '1';
  const isText = TEXT_NAME.test(name);
  if (isNumber(value) || (isText && !areFlags)) return value;
  const word = text.toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  if (isText) return value;
  return toNumber(text) ?? text;
}

function isNothing(value: Json): boolean {
  return value === null || ((isArray(value) || isObject(value)) && Object.keys(value).length === 0);
}

/** `{"field":[]}`: nothing. */
function isEmptyFields(value: JsonObject): boolean {
  const { field, ...others } = value;
  return isArray(field) && field.length === 0 && Object.keys(others).length === 0;
}

/** A number with the digits of the text; undefined if the text is not a number as JSON writes one. */
function toNumber(text: string): Json | undefined {
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? parseJson(text) : undefined;
}
