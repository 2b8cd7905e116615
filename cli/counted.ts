/** A count with its noun: `1 call`, `2 calls`, `1,200 entries`. @param many the noun of several; default: with an s */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}
