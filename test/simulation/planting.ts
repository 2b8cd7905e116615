import type { LoadHookSync, RegisterHooksOptions } from 'node:module';

/** A function or a class of the code under test, and its replacement, inside its own module too. */
export interface Replacement {
  /** The file, from the project's root. */
  readonly file: string;
  /** Must be declared at the top of the file exactly once. */
  readonly name: string;
  /** The source of a function that gets the right one and returns the faulty one. It sees nothing else of the plant. */
  readonly wrap: string;
}

/** Replacements in one file. Its module has this type. */
export function replacing<Module>(
  file: string,
): <Name extends keyof Module & string>(name: Name, wrap: (sound: Module[Name]) => Module[Name]) => Replacement {
  return (name, wrap) => ({ file, name, wrap: wrap.toString() });
}

const ROOT = new URL('../../', import.meta.url).href;

/** Hooks that change sources while they are loaded. They throw if a replacement does not fit its file. */
export function plantingHooks(plantings: readonly Replacement[]): RegisterHooksOptions {
  const load: LoadHookSync = (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    const fitting = plantings.filter(({ file }) => url === `${ROOT}${file}`);
    if (fitting.length === 0) return loaded;
    const source = fitting.reduce(plant, Buffer.from(loaded.source as Uint8Array).toString('utf8'));
    return { ...loaded, source };
  };
  return { load };
}

/** The source with a bug in it. @throws {Error} if the replacement does not fit */
export function plant(source: string, { file, name, wrap }: Replacement): string {
  const declaration = new RegExp(`^(export )?((?:async )?function|class) ${name}(?=\\W)`, 'gm');
  const [found, another] = source.matchAll(declaration);
  if (found === undefined || another !== undefined) throw new Error(`${file} does not declare one ${name}.`);
  const [whole, exported = '', kind] = found;
  const sound = `${name}__sound`;
  const faulty = `\n${exported}const ${name} = (${wrap})(${sound});\n`;
  return source.replace(whole, `${kind} ${sound}`) + faulty;
}
