import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';
import { shareModules } from './shared-modules.ts';
import { shareScripts } from './shared-scripts.ts';

// Jest uses one for each CommonJS module that a test file loads, and the other for each ES module. A worker loads this
// module once.
vm.compileFunction = shareScripts(vm.compileFunction);
vm.SourceTextModule = shareModules(vm.SourceTextModule);

/** Jest's message to a worker that has nothing left to do (`CHILD_MESSAGE_END` of jest-worker). */
const END = 2;

// Such a worker ends at once. It does not wait for a connection that a test left open, and does not free its memory
// first: a gigabyte takes longer than the half second that Jest waits. Then Jest warns of tests that leak.
if (process.send !== undefined) {
  process.on('message', (message) => {
    if (Array.isArray(message) && message[0] === END) process.exit();
  });
}

/**
 * Jest's environment for Node.js with a plain global object. Jest's own environment puts a proxy behind the global
 * object, so each use of a global (`Promise`, `JSON`, `Array`) goes through Node's interceptors and the proxy's traps:
 * a quarter of the CPU time of the unit tests. If a later Jest makes its context in another way, the tests run as they
 * do with Jest's own.
 */
export default class PlainGlobalEnvironment extends TestEnvironment {
  constructor(...parameters: ConstructorParameters<typeof TestEnvironment>) {
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(...parameters);
    } finally {
      vm.createContext = createContext;
    }
  }
}
