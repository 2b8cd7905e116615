const BAR_WIDTH = 30;

/** A line that stays. */
export function say(text: string): void {
  process.stdout.write(`${process.stdout.isTTY ? '\r\x1b[K' : ''}${text}\n`);
}

/**
 * Shows how far something long is. On a terminal a bar that takes its own place; elsewhere a line at each quarter.
 *
 * @param total how many steps there are
 * @returns to be told how many are done
 */
export function showProgress(title: string, total: number): (done: number) => void {
  let quartersSaid = 0;
  return (done) => {
    if (process.stdout.isTTY) {
      const filled = Math.round((done / total) * BAR_WIDTH);
      const bar = `${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}`;
      process.stdout.write(done >= total ? '\r\x1b[K' : `\r\x1b[K${title} [${bar}] ${done} of ${total}`);
      return;
    }
    const quarters = Math.floor((done / total) * 4);
    if (quarters > quartersSaid) say(`${title}: ${done} of ${total}`);
    quartersSaid = Math.max(quartersSaid, quarters);
  };
}
