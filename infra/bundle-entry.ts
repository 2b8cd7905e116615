import path from 'node:path';

/** Whether a file of a bundle is the entry, which Lambda loads. The others are its chunks. */
export function isEntry(file: string): boolean {
  return path.basename(file) === 'index.mjs';
}
