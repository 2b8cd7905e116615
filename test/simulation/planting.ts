import type { LoadHookSync, RegisterHooksOptions } from 'node:module';

/** A piece of the code under test, and what stands there instead. */
export interface Edit {
  /** The file, from the project's root. */
  readonly file: string;
  /** Must stand in the file exactly once, so that a plant cannot rot. */
  readonly from: string;
  readonly to: string;
}

const ROOT = new URL('../../', import.meta.url).href;

/** Hooks that change sources as they are loaded. They throw when an edit does not fit its file. */
export function plantingHooks(edits: readonly Edit[]): RegisterHooksOptions {
  const load: LoadHookSync = (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    const fitting = edits.filter(({ file }) => url === `${ROOT}${file}`);
    if (fitting.length === 0) return loaded;
    const source = fitting.reduce(edit, Buffer.from(loaded.source as Uint8Array).toString('utf8'));
    return { ...loaded, source };
  };
  return { load };
}

function edit(source: string, { file, from, to }: Edit): string {
  const pieces = source.split(from);
  if (pieces.length !== 2) throw new Error(`${pieces.length - 1} places of ${file} fit: ${from}`);
  return pieces.join(to);
}
