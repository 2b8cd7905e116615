/**
 * Keeps this process alive if its output cannot be written any more: the reader of a pipe is gone, or a disk is full.
 * Standard error says so once.
 */
export function surviveLostOutput(): void {
  process.stdout.once('error', ({ code = 'no code' }: NodeJS.ErrnoException) => {
    process.stderr.write(`Standard output cannot be written (${code}). The service goes on, without its log there.\n`);
  });
  for (const output of [process.stdout, process.stderr]) output.on('error', () => {});
}
