import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from './stored-item.ts';
import type { UpdateItemInput } from './writes.ts';

/** A conditional update of one item, by attributes. */
export interface Update {
  readonly set?: Item;
  /** The attributes that get the value that another attribute had before the update. They win over `set`. */
  readonly copy?: Readonly<Record<string, string>>;
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

/** The attribute is one of the texts, or begins with one of the beginnings. */
export function sameOrBegins(name: string, texts: readonly string[], beginnings: readonly string[]): Condition {
  const same = oneOf(name, texts);
  const begins = beginnings.map((_beginning, index) => `begins_with(#${name}, :begins_${name}_${index})`);
  const values = beginnings.map((beginning, index) => [`:begins_${name}_${index}`, { S: beginning }] as const);
  return {
    expression: `(${[same.expression, ...begins].join(' OR ')})`,
    names: [name],
    values: { ...same.values, ...Object.fromEntries(values) },
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
export function toInput({ set: given = {}, copy = {}, remove = [], add = {}, conditions }: Update) {
  const set = Object.fromEntries(Object.entries(given).filter(([name]) => copy[name] === undefined));
  const copies = Object.entries(copy).map(([name, source]) => [name, `#${source}`] as const);
  const operands = new Map([...Object.keys(set).map((name) => [name, `:${name}`] as const), ...copies]);
  const clauses = [
    clause('SET', [...operands.keys()], (name) => `#${name} = ${operands.get(name)}`),
    clause('REMOVE', remove, (name) => `#${name}`),
    clause('ADD', Object.keys(add), (name) => `#${name} :${name}`),
  ];
  const names = [...operands.keys(), ...Object.values(copy), ...remove, ...Object.keys(add)];
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
