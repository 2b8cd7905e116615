import path from 'node:path';
import { type AnyNode, type Function as FunctionNode, type Node, parse } from 'acorn';
import { type MappedText, placeFrom, type TextRange } from './mapped-text.ts';

/**
 * A function of a chunk: one that is declared at the top level, or an arrow function or function expression anywhere.
 * Methods are left out.
 */
export interface ChunkFunction extends TextRange {
  /** Its source, as esbuild's metafile names it: the path from the project's root, or the name that a plugin gave it. */
  readonly source: string;
  /**
   * For a declared function, its name in the source. For any other, the name of the declared function around it, and its
   * number in that: `start/2` is the second one in `start`, and `/2` the second one outside of all declared functions.
   */
  readonly name: string;
  /** The name of a declared function in the chunk. */
  readonly id: TextRange | undefined;
}

/** The parts of a source map that name the origins. */
export interface OriginNames {
  readonly sources: readonly string[];
  readonly names: readonly string[];
}

/**
 * The functions of a chunk, in the order of their beginnings. It leaves out the functions in a statement of unknown
 * origin, which are the bundler's own.
 *
 * @param names of the chunk's source map
 * @param folder of the chunk, from the project's root: the sources' paths start there
 */
export function chunkFunctions(
  { text, places }: MappedText,
  { sources, names }: OriginNames,
  folder: string,
): readonly ChunkFunction[] {
  const found: ChunkFunction[] = [];
  const counts = new Map<string, number>();
  const originAt = (at: number) => {
    const place = places[placeFrom(places, at)];
    const [source, , , name] = place?.at === at ? place.origin : [];
    const file = source === undefined ? undefined : sources[source];
    return file === undefined ? undefined : { source: sourceName(file, folder), name: names[name ?? -1] };
  };

  const addInner = (node: Node, source: string, around: string) => {
    for (const { start, end } of functionsIn(node)) {
      const number = (counts.get(`${source} ${around}`) ?? 0) + 1;
      counts.set(`${source} ${around}`, number);
      found.push({ source, name: `${around}/${number}`, from: start, to: end, id: undefined });
    }
  };

  for (const node of parse(text, { ecmaVersion: 'latest', sourceType: 'module' }).body) {
    if (node.type === 'FunctionDeclaration') {
      const { start, end, id } = node;
      const origin = originAt(id.start);
      if (origin === undefined) continue;
      const name = origin.name ?? id.name;
      found.push({ source: origin.source, name, from: start, to: end, id: { from: id.start, to: id.end } });
      for (const part of [...node.params, node.body]) addInner(part, origin.source, name);
    } else {
      const origin = originAt(node.start);
      if (origin !== undefined) addInner(node, origin.source, '');
    }
  }
  return found;
}

/** A name that a plugin gave has a namespace, such as `near:…`. */
function sourceName(file: string, folder: string): string {
  return /^[\w-]+:/.test(file) ? file : path.posix.join(folder, file);
}

/** The arrow functions and function expressions in a piece of code, in the order of their beginnings. */
function functionsIn(root: Node): readonly FunctionNode[] {
  const found: FunctionNode[] = [];
  const visit = (node: AnyNode, isMethod: boolean): void => {
    if (node.type === 'ArrowFunctionExpression' || (node.type === 'FunctionExpression' && !isMethod)) found.push(node);
    const hasMethod =
      node.type === 'MethodDefinition' || (node.type === 'Property' && (node.method || node.kind !== 'init'));
    for (const [key, value] of Object.entries(node)) {
      for (const child of Array.isArray(value) ? value : [value]) {
        if (isNode(child)) visit(child, hasMethod && key === 'value');
      }
    }
  };
  visit(root as AnyNode, false);
  return found;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
