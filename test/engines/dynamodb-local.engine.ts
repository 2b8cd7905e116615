import path from 'node:path';
import { fetchBy, outputOf } from '../support/installable.ts';
import { describeCacheStoreOn, engineFolder, startEngine } from './installable-engine.ts';

// Amazon's own engine (Maven Central; its version is in pom.xml), which decides if the other two differ.

const MIN_JAVA = 17;
const folder = engineFolder('dynamodb-local-2.6.1');

await describeCacheStoreOn({
  name: 'DynamoDB Local 2.6.1',
  folder,
  missing: async () => {
    // The package that brings its native SQLite.
    if (process.arch !== 'x64' || !['linux', 'darwin'].includes(process.platform)) {
      return `it does not run on ${process.platform}-${process.arch}`;
    }
    const version = /javac (\d+)/.exec((await outputOf('javac', ['-version'])) ?? '')?.[1];
    if (version === undefined) return `there is no JDK ${MIN_JAVA} or later on the PATH`;
    if (Number(version) < MIN_JAVA) return `the JDK on the PATH is ${version}; it needs ${MIN_JAVA} or later`;
    return (await outputOf('mvn', ['--version'])) === undefined ? 'there is no Maven (mvn) on the PATH' : undefined;
  },
  download: (to) =>
    fetchBy('mvn', [
      '--batch-mode',
      '--quiet',
      '--file',
      path.join(import.meta.dirname, 'pom.xml'),
      'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${to}`,
    ]),
  start: () =>
    startEngine('java', [
      `-Djava.library.path=${folder}`,
      '-classpath',
      path.join(folder, '*'),
      path.join(import.meta.dirname, 'LoopbackDynamoDbLocal.java'),
    ]),
});
