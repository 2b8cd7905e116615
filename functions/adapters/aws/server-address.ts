/** Where a server is, as Node's `connect` takes it. */
export interface ServerAddress {
  /** A name or an IP address. An IPv6 address has no brackets. */
  readonly host: string;
  readonly port: number;
}

/** @param url http or https; without a port it means the scheme's own */
export function addressOf({ protocol, hostname, port }: URL): ServerAddress {
  const ownPort = protocol === 'https:' ? 443 : 80;
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || ownPort) };
}
