import { say } from '../progress.ts';
import { installPeers, PACKAGES } from './install.ts';
import {
  type ColdAskers,
  CROWD,
  FEW,
  FOUR,
  FRESH_SECONDS,
  measureColdAskers,
  measureHitRate,
  measureHitRequests,
  measureOutage,
  measureSpellings,
  type Outage,
} from './measures.ts';
import type { Peer } from './peer.ts';
import { LOOKASIDE, peersWith } from './peers.ts';
import { onStage } from './stage.ts';
import { peersTable } from './table.ts';

/** The results of one peer. */
export interface PeerFigures {
  readonly name: string;
  readonly boxes: number;
  /** A thousand askers of one cold key, and forty. */
  readonly coldAskers: ColdAskers;
  readonly fewAskers: ColdAskers;
  /** Upstream calls for five spellings of one number. */
  readonly spellings: number;
  /** Requests of DynamoDB for a hit. */
  readonly hitRequests: number;
  readonly hitsPerSecond: number;
  readonly refused: Outage;
  readonly frozen: Outage;
}

/** Freshness in the parts that are not about its end. Seconds. */
const LONG_FRESH_SECONDS = 600;

/**
 * Measures all peers that can be installed here, one after the other.
 * @param showProgress gets their number, and returns a function that gets the number of completed peers
 */
export async function measurePeers(showProgress: (total: number) => (done: number) => void) {
  const all = peersWith(await installPeers());
  const progress = showProgress(all.length);
  const peers: PeerFigures[] = [];
  for (const [done, peer] of all.entries()) {
    try {
      const figures = await measurePeer(peer);
      peers.push(figures);
      say(peersTable([figures]).split('\n').at(-1) ?? '');
    } catch (error) {
      // If one peer fails, the results of the others still count.
      say(`peers: ${peer.name} is left out: ${error instanceof Error ? error.message : String(error)}`);
    }
    progress(done + 1);
  }
  return { packages: PACKAGES, peers };
}

/**
 * The measurement of `npm run bench -- waiters`, for Lookaside only: how long callers wait for another caller's fetch.
 */
export interface WaiterFigures {
  /** Forty askers of one cold key over four processes. */
  readonly fewAskers: ColdAskers;
  /** Four of them: one at each process, so that they hardly share processors. */
  readonly fourAskers: ColdAskers;
  /** Look-ups with a stale entry, before an upstream that is frozen. */
  readonly frozen: Outage;
}

/** Measures how long callers of one cold key wait at Lookaside. */
export async function measureWaiters(): Promise<WaiterFigures> {
  const { fewAskers, fourAskers } = await onStage(LOOKASIDE, LONG_FRESH_SECONDS, async (stage) => ({
    fewAskers: await measureColdAskers(stage, FEW),
    fourAskers: await measureColdAskers(stage, FOUR),
  }));
  const frozen = await onStage(LOOKASIDE, FRESH_SECONDS, (stage) => measureOutage(stage, 'hang'));
  return { fewAskers, fourAskers, frozen };
}

/** Measures one peer on a store and an upstream of its own. */
async function measurePeer(peer: Peer): Promise<PeerFigures> {
  const steady = await onStage(peer, LONG_FRESH_SECONDS, async (stage) => ({
    coldAskers: await measureColdAskers(stage, CROWD),
    fewAskers: await measureColdAskers(stage, FEW),
    spellings: await measureSpellings(stage),
    hitRequests: await measureHitRequests(stage),
    hitsPerSecond: await measureHitRate(stage),
  }));
  const outages = await onStage(peer, FRESH_SECONDS, async (stage) => ({
    refused: await measureOutage(stage, 'reset'),
    frozen: await measureOutage(stage, 'hang'),
  }));
  return { name: peer.name, boxes: peer.boxes, ...steady, ...outages };
}
