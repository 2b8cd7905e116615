import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Keeps the compiled form of the code that is loaded from now on in the project's `.cache/node`, so that the next start
 * does not compile it again. It takes effect only for code that is not loaded yet. If the folder cannot be written, Node
 * compiles the code at each start.
 */
export function keepCompiledCode(): void {
  enableCompileCache(fileURLToPath(new URL('../.cache/node', import.meta.url)));
}
