import { isIPv4 } from 'node:net';

/**
 * The ranges of private addresses (RFC 1918): the first address of each, and the number of bits that all its addresses
 * share.
 */
const PRIVATE_RANGES = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const;

/** The sizes that a VPC of the stack may have, as the number of bits that all its addresses share. */
const [FEWEST_BITS, MOST_BITS] = [16, 24];

/** Whether a text is a range of private addresses for a VPC, such as `10.42.0.0/22`. */
export function isPrivateRange(text: string): boolean {
  const [, address = '', bitsText] = /^([\d.]+)\/(\d{2})$/.exec(text) ?? [];
  const bits = Number(bitsText);
  if (!isIPv4(address) || !(bits >= FEWEST_BITS && bits <= MOST_BITS)) return false;
  const first = toNumber(address);
  return PRIVATE_RANGES.some(([start, shared]) => {
    const size = 2 ** (32 - shared);
    return bits >= shared && Math.floor(first / size) === Math.floor(toNumber(start) / size);
  });
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
