import type vm from 'node:vm';

interface Compiled {
  readonly code: string;
  /** What V8 made of the code, in bytes that it can read again. It holds no context. */
  readonly data: Buffer;
}

/** A method of Node's class that its types do not have. */
interface WithCachedData {
  createCachedData(): Buffer;
}

/**
 * `vm.SourceTextModule` that parses a file once for all contexts. Jest makes a module of each file anew for each test
 * file, and V8 parses it anew each time. The second module of the same code takes what V8 made of the first.
 *
 * @param SourceTextModule Node's class
 */
export function shareModules(SourceTextModule: typeof vm.SourceTextModule): typeof vm.SourceTextModule {
  const known = new Map<string, Compiled>();
  return class SharedModule extends SourceTextModule {
    constructor(code: string, options: vm.SourceTextModuleOptions = {}) {
      const { identifier, cachedData } = options;
      const found = identifier === undefined ? undefined : known.get(identifier);
      const data = found?.code === code ? found.data : undefined;
      super(code, { ...options, cachedData: cachedData ?? data });
      if (identifier === undefined || data !== undefined) return;
      known.set(identifier, { code, data: (this as unknown as WithCachedData).createCachedData() });
    }
  };
}
