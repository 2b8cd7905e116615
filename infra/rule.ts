/** The faults of a value with this name, one sentence for each. If the value is allowed, there are none. */
export type Rule = (value: unknown, name: string) => readonly string[];

/** How many characters of a wrong value a sentence shows. More would hide the allowed values. */
const MAX_SHOWN = 200;

/** The sentence about one wrong value. */
function complain(value: unknown, name: string, allowed: string): readonly string[] {
  const shown = value === undefined ? 'missing' : (JSON.stringify(value) ?? typeof value);
  const short = shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown;
  return [`${name} is ${short}; allowed is ${allowed}.`];
}

/** Allows values that a test accepts. */
export function rule(allowed: string, accepts: (value: unknown) => boolean): Rule {
  return (value, name) => (accepts(value) ? [] : complain(value, name, allowed));
}

/** Allows whole numbers of a range, both ends included. */
export function wholeNumber(from: number, to: number): Rule {
  return rule(
    `a whole number, ${from} to ${to}`,
    (value) => typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to,
  );
}

/** Allows texts of a form. */
export function text(allowed: string, form: RegExp): Rule {
  return rule(allowed, (value) => typeof value === 'string' && form.test(value));
}

/** Allows one of some values. */
export function oneOf(values: readonly unknown[]): Rule {
  return rule(values.map((value) => JSON.stringify(value)).join(', '), (value) => values.includes(value));
}

/** Allows true and false. */
export const flag: Rule = oneOf([true, false]);

/** Allows a value, or none. */
export function optional(inner: Rule): Rule {
  return (value, name) => (value === undefined ? [] : inner(value, name));
}

/** Allows values that one of two rules allows. `allowed` describes both. */
export function either(allowed: string, first: Rule, second: Rule): Rule {
  return rule(allowed, (value) => first(value, '').length === 0 || second(value, '').length === 0);
}

/** Allows lists of `from` to `to` different elements, if a rule allows each element. */
export function listOf(inner: Rule, from: number, to: number): Rule {
  const length = rule(
    `a list of ${from} to ${to} different elements`,
    (value) =>
      Array.isArray(value) && value.length >= from && value.length <= to && new Set(value).size === value.length,
  );
  return (value, name) => {
    const complaints = length(value, name);
    if (complaints.length > 0) return complaints;
    return (value as readonly unknown[]).flatMap((element, position) => inner(element, `${name}[${position}]`));
  };
}

/**
 * Allows objects of known members. Each member has its rule, and no other member is allowed. The `name` of the
 * outermost object is empty.
 */
export function members(rules: Readonly<Record<string, Rule>>): Rule {
  return (value, name) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return complain(value, name, `an object of ${Object.keys(rules).join(', ')}`);
    }
    const called = (member: string) => (name === '' ? member : `${name}.${member}`);
    const given: Readonly<Record<string, unknown>> = { ...value };
    const unknown = Object.keys(given).filter((member) => !Object.hasOwn(rules, member));
    return [
      ...unknown.map((member) => `${called(member)} is unknown; allowed is ${Object.keys(rules).join(', ')}.`),
      ...Object.entries(rules).flatMap(([member, inner]) => inner(given[member], called(member))),
    ];
  };
}
