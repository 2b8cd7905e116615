import type { Child } from './child.ts';

/** The servers on both sides of a peer. */
export interface PeerWorld {
  readonly upstreamUrl: string;
  readonly dynamoDbUrl: string;
  readonly freshSeconds: number;
}

/** Something that caches look-ups. */
export interface Peer {
  readonly name: string;
  /** How many processes or machines answer. Those of an HTTP cache share nothing. */
  readonly boxes: number;
  /** Starts one of them. */
  start(world: PeerWorld): Promise<Child>;
}
