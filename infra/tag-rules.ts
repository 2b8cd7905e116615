import { type Rule, rule, text } from './rule.ts';

/** The tag of every resource that names the environment. */
export const ENVIRONMENT_TAG = 'lookaside:environment';

/** AWS allows 50 tags for a resource. One is ours, and CDK gives three to a subnet. */
const MAX_TAGS = 46;

const NAME = text(
  `1 to 128 letters, digits, spaces and _.:/=+@-, not aws:… and not ${ENVIRONMENT_TAG}`,
  /^(?!aws:)(?!lookaside:environment$)[\w .:/=+@-]{1,128}$/i,
);
const VALUE = text('1 to 256 letters, digits, spaces and _.:/=+@-', /^[\w .:/=+@-]{1,256}$/);

/** Allows tags. Two names must not differ only in their letter case: IAM would take them for one. */
export const TAGS: Rule = (value, name) => {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const names = new Set(entries.map(([key]) => key.toLowerCase()));
  const isFine = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isFine || entries.length > MAX_TAGS || names.size < entries.length) {
    return rule(
      `an object of up to ${MAX_TAGS} names and texts; the letter case of a name does not count`,
      () => false,
    )(value, name);
  }
  return entries.flatMap(([key, content]) => [...NAME(key, `${name}'s name`), ...VALUE(content, `${name}.${key}`)]);
};
