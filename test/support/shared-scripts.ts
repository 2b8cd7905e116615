import vm from 'node:vm';

type CompileFunction = typeof vm.compileFunction;
type Compiled = ReturnType<CompileFunction>;
type ImportModule = Extract<vm.CompileFunctionOptions['importModuleDynamically'], (...request: never[]) => unknown>;

interface SharedScript {
  readonly code: string;
  readonly parameters: string;
  readonly script: vm.Script;
  /** By context. Nothing here keeps a context: a test file's memory is free after the file. */
  readonly users: WeakMap<vm.Context, { readonly importModule: ImportModule; readonly compiled: Compiled }>;
  /** The context that took the script last. A worker runs one test file at a time: a later `import()` is of that one. */
  last: WeakRef<vm.Context> | undefined;
}

/**
 * `vm.compileFunction` that compiles a file once for all contexts. Jest loads its own modules (Circus, `expect`, …) and all
 * other CommonJS modules anew for each test file, and Node compiles them anew each time. V8 shares what it compiled of one
 * `vm.Script` among all contexts in which it runs.
 *
 * A call with other options than Jest's goes to Node's function as it is; so does code that is no script, for Node's error.
 *
 * @param compile Node's function
 */
export function shareScripts(compile: CompileFunction): CompileFunction {
  const scripts = new Map<string, SharedScript>();
  return (code, parameters = [], options = {}) => {
    const { filename, parsingContext, importModuleDynamically: importModule, ...others } = options;
    const isJests =
      filename !== undefined &&
      parsingContext !== undefined &&
      typeof importModule === 'function' &&
      Object.keys(others).length === 0;
    if (!isJests) return compile(code, parameters, options);
    const names = parameters.join(', ');
    let shared = scripts.get(filename);
    if (shared?.code !== code || shared.parameters !== names) {
      shared = compileOnce(code, names, filename);
      if (shared === undefined) return compile(code, parameters, options);
      scripts.set(filename, shared);
    }
    const compiled = shared.script.runInContext(parsingContext);
    shared.users.set(parsingContext, { importModule, compiled });
    shared.last = new WeakRef(parsingContext);
    return compiled;
  };
}

/** Undefined: the code is no script. */
function compileOnce(code: string, parameters: string, filename: string): SharedScript | undefined {
  try {
    const script = new vm.Script(`(function (${parameters}) {${code}\n})`, {
      filename,
      importModuleDynamically: (specifier, _script, attributes, phase) => {
        const context = shared.last?.deref();
        const user = context && shared.users.get(context);
        if (user === undefined) throw new TypeError(`${filename} imports ${specifier} after its test file ended.`);
        return user.importModule(specifier, user.compiled, attributes, phase);
      },
    });
    const shared: SharedScript = { code, parameters, script, users: new WeakMap(), last: undefined };
    return shared;
  } catch {
    return undefined;
  }
}
