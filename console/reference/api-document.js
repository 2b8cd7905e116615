/**
 * The parts of an OpenAPI document that the reference reads. Pure: it knows no page.
 *
 * @typedef {any} Part any part of the document
 * @typedef {object} Operation
 * @property {string} method in capital letters
 * @property {string} path
 * @property {Part} operation
 */

/** Methods that work in the same way for every path. The page shows them folded, below the others. */
const SIDE_METHODS = ['HEAD', 'OPTIONS'];
const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];

/**
 * The part itself, or the one that it refers to. What stands beside the reference counts too.
 *
 * @param {Part} document
 * @param {Part} part
 * @returns {Part}
 * @throws {Error} if the document has nothing there
 */
export function follow(document, part) {
  if (part?.$ref === undefined) return part;
  const names = part.$ref.split('/').slice(1);
  const aim = names.reduce((/** @type {Part} */ at, /** @type {string} */ name) => at?.[unescaped(name)], document);
  if (aim === undefined) throw new Error(`The document has no ${part.$ref}.`);
  const { $ref, ...beside } = part;
  return { ...follow(document, aim), ...beside };
}

/** @param {string} name of a member, as a JSON pointer has it */
const unescaped = (name) => name.replaceAll('~1', '/').replaceAll('~0', '~');

/**
 * The operations of each tag, in the document's order.
 *
 * @param {Part} document
 * @returns {readonly {name: string, description: string, operations: readonly Operation[], side: readonly Operation[]}[]}
 */
export function tagsOf(document) {
  const all = Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method] !== undefined).map((method) => ({
      method: method.toUpperCase(),
      path,
      operation: item[method],
    })),
  );
  return document.tags.map((/** @type {Part} */ { name, description }) => {
    const own = all.filter(({ operation }) => operation.tags.includes(name));
    const isSide = (/** @type {Operation} */ { method }) => SIDE_METHODS.includes(method);
    return { name, description, operations: own.filter((each) => !isSide(each)), side: own.filter(isSide) };
  });
}

/**
 * The first request that the operation's examples make. Examples of parameters that share a name belong together.
 *
 * @param {Part} document
 * @param {Operation} asked
 * @returns {{path: string, headers: Readonly<Record<string, string>>, body: Part}} body: undefined if it has none
 */
export function firstRequest(document, { path, operation }) {
  const parameters = (operation.parameters ?? []).map((/** @type {Part} */ each) => follow(document, each));
  const name = commonExample(parameters);
  const given = parameters.flatMap((/** @type {Part} */ parameter) => {
    const example = follow(document, parameter.examples?.[name ?? '']);
    return example === undefined ? [] : [{ ...parameter, value: textOf(example.value) }];
  });
  const inside = (/** @type {string} */ place) => given.filter((/** @type {Part} */ each) => each.in === place);
  const filled = inside('path').reduce(
    (/** @type {string} */ text, /** @type {Part} */ each) =>
      text.replace(`{${each.name}}`, encodeURIComponent(each.value)),
    path,
  );
  const query = inside('query').map((/** @type {Part} */ each) => `${each.name}=${encodeURIComponent(each.value)}`);
  const [content] = Object.values(operation.requestBody?.content ?? {});
  const [body] = Object.values(content?.examples ?? {});
  return {
    path: query.length === 0 ? filled : `${filled}?${query.join('&')}`,
    headers: Object.fromEntries(inside('header').map((/** @type {Part} */ each) => [each.name, each.value])),
    body: follow(document, body)?.value,
  };
}

/**
 * The first name under which every required parameter has an example. If no parameter is required, the first name under
 * which the first parameter has one.
 *
 * @param {readonly Part[]} parameters
 * @returns {string | undefined}
 */
function commonExample(parameters) {
  const required = parameters.filter((parameter) => parameter.required);
  const [first, ...others] = (required.length > 0 ? required : parameters).map(({ examples }) => examples ?? {});
  const counted = required.length > 0 ? others : [];
  return Object.keys(first ?? {}).find((name) => counted.every((examples) => Object.hasOwn(examples, name)));
}

/** @param {Part} value of an example */
const textOf = (value) => (Array.isArray(value) ? value.join(',') : String(value));
