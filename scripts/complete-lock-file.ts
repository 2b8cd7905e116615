/** `npm run lock`: after `npm install`, names every platform's optional packages in the lock file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { completed, missingPackages } from './lock-file.ts';

const FILE = 'package-lock.json';

const lockFile = JSON.parse(readFileSync(FILE, 'utf8'));
const missing = missingPackages(lockFile);
if (missing.length > 0) writeFileSync(FILE, `${JSON.stringify(completed(lockFile), null, 2)}\n`);
console.log(`${FILE}: ${missing.length} packages added.`);
