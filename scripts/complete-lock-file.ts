/**
 * `npm run lock`: after `npm install`, names every platform's optional packages, and the address of each package's
 * file, in the lock files.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { counted } from '../cli/counted.ts';
import { completed, LOCK_FILES, missingPackages, packagesWithoutAddress } from './lock-file.ts';
import { scriptOptions } from './script-options.ts';

scriptOptions('lock');

for (const file of LOCK_FILES) {
  const lockFile = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingPackages(lockFile).length;
  const whole = completed(lockFile);
  const addresses = packagesWithoutAddress(lockFile).length;
  if (missing + addresses > 0) writeFileSync(file, `${JSON.stringify(whole, null, 2)}\n`);
  console.log(`${file}: ${counted(missing, 'package')} and ${counted(addresses, 'address', 'addresses')} added.`);
}
