import path from 'node:path';
import { freePort } from '../../bench/free-port.ts';
import { fetchPackage } from '../support/installable.ts';
import { describeCacheStoreOn, engineFolder, startEngine } from './installable-engine.ts';

// A second engine, in another language (npm; Rust on SQLite). Not a dependency of ours: only this platform has it.

const PACKAGE = '@dynoxide/linux-x64';
const VERSION = '1.2.1';
const folder = engineFolder(`dynoxide-${VERSION}`);
const executable = path.join(folder, 'node_modules', PACKAGE, 'dynoxide');

await describeCacheStoreOn({
  name: `dynoxide ${VERSION}`,
  folder,
  missing: async () =>
    process.platform === 'linux' && process.arch === 'x64'
      ? undefined
      : `it does not run on ${process.platform}-${process.arch}`,
  download: (to) => fetchPackage(`${PACKAGE}@${VERSION}`, to),
  start: async () => startEngine(executable, ['serve', '--port', String(await freePort())]),
});
