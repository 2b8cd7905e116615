import { createRequire } from 'node:module';
import type Sequencers from '@jest/test-sequencer';

// By its types it is a CommonJS module that exports its class as `default`. An import by Node gives the class itself.
const { default: Sequencer }: typeof Sequencers = createRequire(import.meta.url)('@jest/test-sequencer');

type Test = Parameters<InstanceType<typeof Sequencer>['sort']>[0][number];

/**
 * The test files that take five seconds or more on two busy cores. If Jest began one of them last, one core would have
 * nothing to do meanwhile. Some of them mostly wait, and some mostly compute. If Jest ran those that wait at the same
 * time, both cores would have nothing to do. So the two kinds alternate.
 */
export const LONG_FILES = [
  'test/silence/silence.test.ts',
  'test/events.test.ts',
  'test/openapi.test.ts',
  'test/functions/adapters/dynamodb/cache-store-dynalite.system.test.ts',
  'test/acceptance/lookup.test.ts',
  'test/worst-inputs.test.ts',
  'test/cli/command-line.system.test.ts',
  'test/acceptance/customer-get.test.ts',
  'test/acceptance/joined.test.ts',
  'test/infra/bundle.test.ts',
  'test/functions/adapters/dynamodb/dynamodb-client.system.test.ts',
  'test/local/main.test.ts',
  'test/acceptance/upstream-answers.test.ts',
  'test/acceptance/invalidation.test.ts',
  'test/acceptance/lookups.test.ts',
  'test/functions/adapters/capillary/capillary-upstream.system.test.ts',
  'test/scripts/script-options.test.ts',
  'test/functions/adapters/secrets-manager/read-credentials.system.test.ts',
];

/**
 * Jest's order of the test files, with the long ones first. Jest itself knows how long a file takes only if it ran the
 * file on this machine before, and never whether the file computes or waits. Without that it goes by the file's size,
 * which says little: a file of ten lines may run a contract of three hundred tests.
 */
export default class LongFilesFirst extends Sequencer {
  override async sort(tests: Test[]): Promise<Test[]> {
    const rank = ({ path }: Test) => {
      const position = LONG_FILES.findIndex((file) => path.endsWith(file));
      return position < 0 ? LONG_FILES.length : position;
    };
    return [...(await super.sort(tests))].sort((left, right) => rank(left) - rank(right));
  }
}
