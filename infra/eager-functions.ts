import path from 'node:path';
import type { Metafile, Plugin } from 'esbuild';
import { isEntry } from './bundle-entry.ts';
import { outputNamed } from './bundle-files.ts';
import { type ChunkFunction, chunkFunctions, type OriginNames } from './chunk-functions.ts';
import { type Part, rearrange, type TextRange, toMappedText, toMappings } from './mapped-text.ts';

/** Names of functions as `ChunkFunction` has them, by the path of their source from the project's root. */
export type FunctionNames = Readonly<Record<string, readonly string[]>>;

/** A source map, as esbuild writes it. */
interface SourceMap extends OriginNames {
  readonly mappings: string;
}

/**
 * Has V8 compile these functions while it reads the chunk of the start. V8 reads a function twice: once to find its end,
 * and once more to compile it when it is first called. But it compiles a function in parentheses at once. So this plugin
 * puts these functions in parentheses. It makes a declared function into a variable, and puts it before all other code,
 * because a declared function exists before its module runs.
 *
 * @param called the functions that a start and its first hit call
 */
export function eagerFunctions(called: FunctionNames): Plugin {
  return {
    name: 'eager-functions',
    setup(build) {
      build.onEnd(({ outputFiles = [], metafile = { inputs: {}, outputs: {} } }) => {
        for (const chunk of startChunks(metafile)) {
          const code = outputNamed(outputFiles, chunk);
          const map = outputNamed(outputFiles, `${chunk}.map`);
          const output = metafile.outputs[chunk];
          if (code === undefined || map === undefined || output === undefined) continue;
          const sourceMap = JSON.parse(map.text) as SourceMap;
          const mapped = toMappedText(code.text, sourceMap.mappings);
          const eager = chunkFunctions(mapped, sourceMap, path.posix.dirname(chunk)).filter(({ source, name }) =>
            called[source]?.includes(name),
          );
          if (eager.length === 0) continue;
          const made = rearrange(mapped, partsWith(eager, mapped.text.length));
          code.contents = Buffer.from(made.text);
          map.contents = Buffer.from(JSON.stringify({ ...sourceMap, mappings: toMappings(made) }));
          output.bytes = code.contents.length;
        }
      });
    },
  };
}

/**
 * The chunks that an entry imports. They import no other chunk: if a chunk waits for another one, its declared
 * functions may be called before its own code runs.
 */
function startChunks({ outputs }: Metafile): readonly string[] {
  const importsOf = (file: string) => outputs[file]?.imports.filter(({ kind }) => kind === 'import-statement') ?? [];
  return Object.keys(outputs)
    .filter(isEntry)
    .flatMap((entry) => importsOf(entry).map((each) => each.path))
    .filter((chunk) => importsOf(chunk).length === 0);
}

/**
 * The parts of a chunk with these functions in parentheses, and the declared ones as variables before all other code.
 *
 * @param eager in the order of the chunk
 * @param length of the chunk's text
 */
function partsWith(eager: readonly ChunkFunction[], length: number): readonly Part[] {
  const marks = eager
    .filter(({ id }) => id === undefined)
    .flatMap(({ from, to }) => [
      { at: from, sign: '(' },
      { at: to, sign: ')' },
    ])
    .sort((left, right) => left.at - right.at);

  const marked = ({ from, to }: TextRange): readonly Part[] => {
    const inside = marks.filter(({ at, sign }) => (sign === '(' ? at >= from && at < to : at > from && at <= to));
    const starts = [from, ...inside.map(({ at }) => at)];
    return starts.flatMap((start, index) => [
      ...(index === 0 ? [] : [inside[index - 1]?.sign ?? '']),
      { from: start, to: inside[index]?.at ?? to },
    ]);
  };

  const variables: Part[] = [];
  const others: Part[] = [];
  let restFrom = 0;
  for (const { from, to, id } of eager) {
    if (id === undefined) continue;
    variables.push(
      variables.length === 0 ? 'var ' : ',',
      id,
      '=(',
      { from, to: id.from },
      ...marked({ from: id.to, to }),
      ')',
    );
    others.push(...marked({ from: restFrom, to: from }));
    restFrom = to;
  }
  return [...variables, variables.length === 0 ? '' : ';', ...others, ...marked({ from: restFrom, to: length })];
}
