import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

/** openapi.yaml: its operations, the requests of its examples, and the possible answers. */

/** Any part of the document. */
// biome-ignore lint/suspicious/noExplicitAny: the document has its own schema, which a type would only repeat
export type Part = any;

const FILE = 'openapi.yaml';

export const document: Part = parse(readFileSync(FILE, 'utf8'));

const ajv = new Ajv2020({
  allErrors: true,
  // `type` may be left out if other keywords say enough.
  strictTypes: false,
  strictRequired: false,
  // Annotations, except for dates.
  formats: { int64: true, date: (text: string) => !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) },
});
// OpenAPI's own word for schemas, and what stands around them in the document.
ajv.addVocabulary(['discriminator', ...Object.keys(document)]);
ajv.addSchema(document, FILE);

/** The places of a document's members, as JSON pointers, with what stands there. */
export function* membersOf(part: Part = document, pointer = ''): Generator<readonly [pointer: string, part: Part]> {
  yield [pointer, part];
  if (typeof part !== 'object' || part === null) return;
  for (const [name, member] of Object.entries(part)) yield* membersOf(member, `${pointer}/${escaped(name)}`);
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Where a reference leads to, and what stands there. @throws when there is nothing */
export function follow(pointer: string): readonly [pointer: string, part: Part] {
  let part = document;
  let place = '';
  for (const name of pointer.split('/').slice(1)) {
    part = part?.[name.replaceAll('~1', '/').replaceAll('~0', '~')];
    place += `/${name}`;
    if (part?.$ref !== undefined) [place, part] = follow(part.$ref.slice(1));
  }
  if (part === undefined) throw new Error(`There is nothing at ${pointer}.`);
  return [place, part];
}

/** The problems of a value, by the schema at a place; empty: it is right. */
export function violationsOf(schema: string, value: unknown): string[] {
  const validate = ajv.getSchema(`${FILE}#${encodeURI(schema)}`);
  if (validate === undefined) throw new Error(`There is no schema at ${schema}.`);
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** A parameter of an operation. */
export interface Parameter {
  readonly pointer: string;
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly examples: Readonly<Record<string, unknown>>;
}

/** A request that the document's examples make. */
export interface ExampleRequest {
  readonly name: string;
  /** By the parameter's name, as it is sent. */
  readonly parameters: ReadonlyMap<Parameter, string>;
  readonly body: unknown;
}

/** One method of one path. */
export interface Operation {
  readonly pointer: string;
  readonly id: string;
  readonly path: string;
  readonly method: string;
  readonly security: readonly Record<string, unknown>[];
  readonly parameters: readonly Parameter[];
  readonly hasRequiredBody: boolean;
  /** The places of what may be answered, by the status or its range. */
  readonly responses: Readonly<Record<string, string>>;
  readonly requests: readonly ExampleRequest[];
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'options', 'head'];

export const operations: readonly Operation[] = Object.keys(document.paths).flatMap((path) =>
  Object.keys(document.paths[path])
    .filter((method) => METHODS.includes(method))
    .map((method) => readOperation(path, method)),
);

export function operationOf(id: string): Operation {
  const found = operations.find((operation) => operation.id === id);
  if (found === undefined) throw new Error(`There is no operation ${id}.`);
  return found;
}

function readOperation(path: string, method: string): Operation {
  const pointer = `/paths/${escaped(path)}/${method}`;
  const part = document.paths[path][method];
  const parameters = (part.parameters ?? []).map((_: Part, position: number): Parameter => {
    const [place, parameter] = follow(`${pointer}/parameters/${position}`);
    return {
      pointer: place,
      name: parameter.name,
      in: parameter.in,
      required: parameter.required ?? false,
      examples: examplesAt(place),
    };
  });
  const responses = Object.keys(part.responses).map((status) => [status, follow(`${pointer}/responses/${status}`)[0]]);
  return {
    pointer,
    id: part.operationId,
    path,
    method: method.toUpperCase(),
    security: part.security,
    parameters,
    hasRequiredBody: part.requestBody?.required ?? false,
    responses: Object.fromEntries(responses),
    requests: requestsOf(parameters, part.requestBody === undefined ? {} : examplesAt(bodyOf(pointer))),
  };
}

function bodyOf(operation: string): string {
  return `${operation}/requestBody/content/application~1json`;
}

/** The values of a place's examples, by their names. */
export function examplesAt(pointer: string): Readonly<Record<string, unknown>> {
  const names = Object.keys(follow(pointer)[1].examples ?? {});
  return Object.fromEntries(names.map((name) => [name, follow(`${pointer}/examples/${escaped(name)}`)[1].value]));
}

/**
 * Examples that share a name are one request. What is required and has no example of that name takes its first; an
 * operation without examples has one request.
 */
function requestsOf(parameters: readonly Parameter[], bodies: Readonly<Record<string, unknown>>): ExampleRequest[] {
  const named = new Set([...parameters.map(({ examples }) => examples), bodies].flatMap(Object.keys));
  const [firstBody] = Object.values(bodies);
  return [...(named.size === 0 ? ['plain'] : named)].map((name) => {
    const values = parameters.flatMap((parameter): [Parameter, string][] => {
      const { examples, required } = parameter;
      const value = examples[name] ?? (required ? Object.values(examples)[0] : undefined);
      // The default for arrays, which is `explode`, is used nowhere.
      return value === undefined ? [] : [[parameter, Array.isArray(value) ? value.join(',') : String(value)]];
    });
    return { name, parameters: new Map(values), body: bodies[name] ?? firstBody };
  });
}

/** A request as `fetch` takes it: path with query, and the rest. */
export function sendable({ path, method }: Operation, { parameters, body }: ExampleRequest): [string, RequestInit] {
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  let address = path;
  for (const [{ name, in: place }, value] of parameters) {
    if (place === 'query') query.append(name, value);
    else if (place === 'header') headers[name] = value;
    else address = address.replace(`{${name}}`, encodeURIComponent(value));
  }
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  return [query.size > 0 ? `${address}?${query}` : address, init];
}

/** An answer of the service. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The parts of an answer that differ from the document; empty: none. */
export function mismatchesOf(operation: Operation, { status, headers, text }: Answer): string[] {
  const range = `${String(status)[0]}XX`;
  const response = operation.responses[status] ?? operation.responses[range] ?? operation.responses.default;
  if (response === undefined) return [`status ${status} is not documented`];
  const [, { content, headers: documented = {} }] = follow(response);
  return [...headerMismatches(`${response}/headers`, documented, headers), ...bodyMismatches(response, content)];

  function bodyMismatches(place: string, types: Part): string[] {
    if (types === undefined) return text === '' ? [] : ['a body where none is documented'];
    const type = headers.get('content-type') ?? '';
    if (types[type] === undefined) return [`content type ${type} is not documented with ${status}`];
    return violationsOf(`${place}/content/${escaped(type)}/schema`, JSON.parse(text));
  }
}

function headerMismatches(place: string, documented: Part, headers: Headers): string[] {
  const names = Object.keys(documented).map((name) => name.toLowerCase());
  const others = [...headers.keys()].filter((name) => !names.includes(name) && !UNDOCUMENTED.has(name));
  const wrong = Object.keys(documented).flatMap((name) => {
    const [pointer, header] = follow(`${place}/${name}`);
    const value = headers.get(name);
    if (value === null) return header.required ? [`${name} is missing`] : [];
    const isNumber = header.schema.type === 'integer';
    return violationsOf(`${pointer}/schema`, isNumber ? Number(value) : value).map((each) => `${name}: ${each}`);
  });
  return [...wrong, ...others.map((name) => `${name} is not documented`)];
}

/** The headers of the connection and of the message itself; the document has the type of the content elsewhere. */
const UNDOCUMENTED: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'date',
  'content-length',
  'content-type',
]);
