/** Headers of one connection, not of the message (RFC 9110 §7.6.1, and the older ones that it knows of). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Whether a header goes no further than this connection. @param connection the message's `Connection` */
export function isHopByHop(name: string, connection: string | undefined): boolean {
  const lowerCase = name.toLowerCase();
  if (HOP_BY_HOP.has(lowerCase)) return true;
  return (connection ?? '').split(',').some((option) => option.trim().toLowerCase() === lowerCase);
}
