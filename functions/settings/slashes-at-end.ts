/** An address without the slashes at its end. It uses a loop: a pattern would take quadratic time. */
export function withoutSlashesAtEnd(address: string): string {
  let end = address.length;
  while (address[end - 1] === '/') end -= 1;
  return address.slice(0, end);
}
