import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from './stored-item.ts';
import type { UpdateItemInput } from './writes.ts';

/** A conditional update of one item, by attributes. */
export interface Update {
  readonly set?: Item;
  readonly remove?: readonly string[];
  /** Adds to sets and numbers. */
  readonly add?: Item;
  /** All must hold. */
  readonly conditions: readonly Condition[];
}

/** A condition on an item, or a part of one. */
export interface Condition {
  /** Names as `#name`, values as `:name`. */
  readonly expression: string;
  readonly names: readonly string[];
  readonly values: Item;
}

/** The attribute has this value; undefined: the item has no such attribute. */
export function same(name: string, value: AttributeValue | undefined): Condition {
  if (value === undefined) return { expression: `attribute_not_exists(#${name})`, names: [name], values: {} };
  return { expression: `#${name} = :was_${name}`, names: [name], values: { [`:was_${name}`]: value } };
}

/** The attribute is one of these texts. */
export function oneOf(name: string, texts: readonly string[]): Condition {
  const values = Object.fromEntries(texts.map((text, index) => [`:one_${name}_${index}`, { S: text }]));
  return { expression: `#${name} IN (${Object.keys(values).join(', ')})`, names: [name], values };
}

/** The attribute is this text, or begins with the other one. */
export function sameOrBegins(name: string, text: string, beginning: string): Condition {
  return {
    expression: `(#${name} = :is_${name} OR begins_with(#${name}, :begins_${name}))`,
    names: [name],
    values: { [`:is_${name}`]: { S: text }, [`:begins_${name}`]: { S: beginning } },
  };
}

/** The attribute is a smaller number, or the item has no such attribute. */
export function absentOrLess(name: string, limit: number): Condition {
  return {
    expression: `(attribute_not_exists(#${name}) OR #${name} < :limit_${name})`,
    names: [name],
    values: { [`:limit_${name}`]: { N: String(limit) } },
  };
}

/** The attribute is a set of fewer texts than this, or it has this text already, or the item has no such attribute. */
export function hasRoomFor(name: string, text: string, limit: number): Condition {
  const [most, member] = [`:most_${name}`, `:member_${name}`];
  return {
    expression: `(attribute_not_exists(#${name}) OR size(#${name}) < ${most} OR contains(#${name}, ${member}))`,
    names: [name],
    values: { [most]: { N: String(limit) }, [member]: { S: text } },
  };
}

/** The item exists. */
export function exists(): Condition {
  return { expression: 'attribute_exists(#pk)', names: ['pk'], values: {} };
}

/**
 * Conditions in DynamoDB's syntax. Every name has a placeholder, because some of our names are reserved words there.
 */
export function toCondition(conditions: readonly Condition[]) {
  const names = conditions.flatMap((each) => each.names);
  return {
    ConditionExpression: conditions.map(({ expression }) => expression).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.assign({}, ...conditions.map((each) => each.values)) as Item,
  } satisfies Partial<UpdateItemInput>;
}

/** The update in DynamoDB's syntax. */
export function toInput({ set = {}, remove = [], add = {}, conditions }: Update) {
  const clauses = [
    clause('SET', Object.keys(set), (name) => `#${name} = :${name}`),
    clause('REMOVE', remove, (name) => `#${name}`),
    clause('ADD', Object.keys(add), (name) => `#${name} :${name}`),
  ];
  const names = [...Object.keys(set), ...remove, ...Object.keys(add)];
  const values = Object.entries({ ...set, ...add }).map(([name, value]) => [`:${name}`, value] as const);
  const condition = toCondition(conditions);
  return {
    ...condition,
    UpdateExpression: clauses.filter((each) => each !== '').join(' '),
    ExpressionAttributeNames: {
      ...condition.ExpressionAttributeNames,
      ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
    },
    ExpressionAttributeValues: { ...condition.ExpressionAttributeValues, ...Object.fromEntries(values) },
  } satisfies Partial<UpdateItemInput>;
}

function clause(verb: string, names: readonly string[], write: (name: string) => string): string {
  return names.length === 0 ? '' : `${verb} ${names.map(write).join(', ')}`;
}
