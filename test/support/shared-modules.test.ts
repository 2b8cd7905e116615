import vm from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { shareModules } from './shared-modules.ts';

const FILE = '/made-up/file.mjs';

/** Node's class, which notes what V8 read of an earlier module, and the class that shares. */
function setUp() {
  const given: (number | undefined)[] = [];
  class Watched extends vm.SourceTextModule {
    constructor(code: string, options: vm.SourceTextModuleOptions = {}) {
      super(code, options);
      given.push(options.cachedData?.byteLength);
    }
  }
  return { given, SharedModule: shareModules(Watched) };
}

/** What a module exports as `result`, in a context whose global `place` is this. */
async function resultOf(module: vm.SourceTextModule): Promise<unknown> {
  await module.link(() => undefined as never);
  await module.evaluate();
  return (module.namespace as { result: unknown }).result;
}

const inContext = (place: string) => ({ identifier: FILE, context: vm.createContext({ place }) });

describe('a module that several contexts load', () => {
  test('is parsed once, and sees the globals of its context', async () => {
    const { given, SharedModule } = setUp();
    const modules = ['here', 'there'].map(
      (place) => new SharedModule('export const result = place;', inContext(place)),
    );
    expect(await Promise.all(modules.map(resultOf))).toEqual(['here', 'there']);
    expect(given).toEqual([undefined, expect.any(Number)]);
  });

  test('has variables of its own in each', async () => {
    const { SharedModule } = setUp();
    const code = 'let count = 0; export const result = () => ++count;';
    const [here, there] = (await Promise.all(
      ['here', 'there'].map((place) => resultOf(new SharedModule(code, inContext(place)))),
    )) as (() => number)[];
    expect([here?.(), here?.(), there?.()]).toEqual([1, 2, 1]);
  });

  test('is parsed again if its code changed, also if the length is the same', async () => {
    const { given, SharedModule } = setUp();
    const modules = [1, 2].map((value) => new SharedModule(`export const result = ${value};`, inContext('here')));
    expect(await Promise.all(modules.map(resultOf))).toEqual([1, 2]);
    expect(given).toEqual([undefined, undefined]);
  });
});

test('modules without a name of their own share nothing', () => {
  const { given, SharedModule } = setUp();
  for (let made = 0; made < 2; made += 1) new SharedModule('export {};', { context: vm.createContext() });
  expect(given).toEqual([undefined, undefined]);
});

test('code that is no module is refused with the error of V8', () => {
  const { SharedModule } = setUp();
  expect(() => new SharedModule('export', inContext('here'))).toThrow("Unexpected token 'export'");
});
