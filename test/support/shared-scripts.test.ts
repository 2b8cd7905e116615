import vm from 'node:vm';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { shareScripts } from './shared-scripts.ts';

const FILE = '/made-up/file.cjs';

/** Node's function, watched, and the one that shares. */
function setUp() {
  const compile = jest.fn(vm.compileFunction);
  return { compile, share: shareScripts(compile as typeof vm.compileFunction) };
}

/** A new context whose global `place` is this, and what Jest gives beside the code. */
function inContext(place: string) {
  const parsingContext = vm.createContext({ place });
  const importModuleDynamically = async () => {
    const module = new vm.SyntheticModule(['place'], () => module.setExport('place', place), {
      context: parsingContext,
    });
    await module.link(() => undefined as never);
    await module.evaluate();
    return module;
  };
  return { filename: FILE, parsingContext, importModuleDynamically };
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a file that several contexts load', () => {
  test('is compiled once, and sees the globals of its context', () => {
    const { compile, share } = setUp();
    const { Script } = vm;
    const script = jest.spyOn(vm, 'Script').mockImplementation((...given) => new Script(...given));
    const [here, there] = ['here', 'there'].map((place) => share('return place + end;', ['end'], inContext(place)));
    expect([here?.('!'), there?.('?'), here?.('.')]).toEqual(['here!', 'there?', 'here.']);
    expect(script).toHaveBeenCalledTimes(1);
    expect(compile).not.toHaveBeenCalled();
  });

  test('has variables of its own in each', () => {
    const { share } = setUp();
    const code = 'let count = 0; return () => ++count;';
    const [here, there] = ['here', 'there'].map((place) => share(code, [], inContext(place))());
    expect([here(), here(), there()]).toEqual([1, 2, 1]);
  });

  test('imports what its last context gives it', async () => {
    const { share } = setUp();
    const code = "return import('place');";
    share(code, [], inContext('here'));
    await expect(share(code, [], inContext('there'))()).resolves.toMatchObject({ place: 'there' });
  });

  test.each([
    ['code', 'return place + 1;', ['end']],
    ['parameters', 'return place + end;', ['start', 'end']],
  ])('is compiled again if its %s changed', (_, code, parameters) => {
    const { share } = setUp();
    share('return place + end;', ['end'], inContext('here'));
    const changed = share(code, parameters, inContext('here'));
    expect(changed('a', 'b')).toBe(parameters.length === 1 ? 'here1' : 'hereb');
  });

  test('keeps its directive, its last comment and the lines of its errors', () => {
    const { share } = setUp();
    const compiled = share(
      "'use strict';\nif (this === undefined) throw new Error('strict'); // end",
      [],
      inContext('here'),
    );
    expect(() => compiled()).toThrow(expect.objectContaining({ stack: expect.stringContaining(`${FILE}:2:`) }));
  });
});

describe('Node’s own function gets', () => {
  test.each([
    ['code without a file', { filename: undefined }],
    ['code without a context', { parsingContext: undefined }],
    ['code without an import of its own', { importModuleDynamically: undefined }],
    ['an option that Jest does not use', { lineOffset: 3 }],
  ])('%s', (_, change) => {
    const { compile, share } = setUp();
    const options = { ...inContext('here'), ...change } as vm.CompileFunctionOptions;
    expect(share('return 1;', [], options)()).toBe(1);
    expect(compile).toHaveBeenCalledWith('return 1;', [], options);
  });

  test('code that is no script, for the error that Jest reads', () => {
    const { compile, share } = setUp();
    expect(() => share("import 'module';", [], inContext('here'))).toThrow(
      'Cannot use import statement outside a module',
    );
    expect(compile).toHaveBeenCalledTimes(1);
  });
});
