import type { Violation } from './checker.ts';
import type { Edit } from './planting.ts';

/** A bug that the checker must catch. */
export interface Plant {
  readonly bug: string;
  /** The promises of which it may break the first. */
  readonly breaks: readonly Violation['promise'][];
  /** Where two defences cover one bug, both are taken away here. */
  readonly edits: readonly Edit[];
  /** Reads of the store may show an older state. */
  readonly isEventuallyConsistent?: boolean;
}

const editing =
  (file: string) =>
  (from: string, to = ''): Edit => ({ file, from, to });
const lookup = editing('functions/lookup/lookup.ts');
const freshness = editing('functions/lookup/freshness.ts');
const invalidation = editing('functions/lookup/invalidation.ts');
const cacheKey = editing('functions/customer/cache-key.ts');
const embed = editing('functions/customer/embed.ts');
/** The store's conditions: they stand for those in functions/adapters/dynamodb/dynamodb-cache-store.ts. */
const store = editing('test/simulation/simulated-store.ts');

export const PLANTS: readonly Plant[] = [
  {
    bug: 'age checked before the wait, and not again',
    breaks: [2],
    edits: [
      lookup('  readonly #startedAt: number;\n', '  readonly #startedAt: number;\n  readonly #judgedAt: number;\n'),
      lookup(
        '    this.#startedAt = ports.clock.monotonicNow();\n',
        '    this.#startedAt = ports.clock.monotonicNow();\n    this.#judgedAt = ports.clock.now();\n',
      ),
      lookup(
        'decide(item.entry, this.#directives, this.#policy.windows, this.#ports.clock.now())',
        'decide(item.entry, this.#directives, this.#policy.windows, this.#judgedAt)',
      ),
      lookup(
        'standIn(entry, this.#directives, this.#policy.windows, this.#ports.clock.now())',
        'standIn(entry, this.#directives, this.#policy.windows, this.#judgedAt)',
      ),
    ],
  },
  {
    bug: 'age not judged again after a revalidation was asked for',
    breaks: [2],
    edits: [
      lookup(
        'this.#isRevalidationAsked = await this.#askForRevalidation(key, item);\n        continue;',
        'this.#isRevalidationAsked = await this.#askForRevalidation(key, item);\n        return this.#serve(decision);',
      ),
    ],
  },
  {
    bug: 'stamped at write, not when the upstream was asked',
    breaks: [2],
    edits: [lookup('this.#toEntry(outcome, call.askedAt)', 'this.#toEntry(outcome, this.#ports.clock.now())')],
  },
  {
    bug: 'unconditional put',
    breaks: [3, 4],
    edits: [store("if (this.#item(key).lease?.token !== lease.token) return 'lost';")],
  },
  {
    bug: "write under another's lease, after one's own lapsed",
    breaks: [3, 4],
    edits: [
      store(
        'if (this.#item(key).lease?.token !== lease.token) return',
        'if (this.#item(key).lease === undefined) return',
      ),
    ],
  },
  {
    bug: 'lease without version',
    breaks: [5],
    edits: [
      store(
        'item.version !== seen.version || item.lease?.token !== seen.lease?.token) return',
        'item.lease?.token !== seen.lease?.token) return',
      ),
    ],
  },
  {
    bug: "lease taken over another's",
    breaks: [5],
    edits: [
      store(
        'item.version !== seen.version || item.lease?.token !== seen.lease?.token) return',
        'item.version !== seen.version) return',
      ),
    ],
  },
  {
    bug: 'an item with a lease expires with its entry',
    breaks: [5],
    edits: [
      store(
        'Math.max(seen.entry?.expiresAt ?? 0, lease.until + LEASE_MARGIN_MS)',
        'seen.entry?.expiresAt ?? lease.until + LEASE_MARGIN_MS',
      ),
    ],
  },
  {
    bug: "a lease's end taken by one's own clock, without its skew",
    breaks: [5],
    edits: [lookup('lease.until + MAX_CLOCK_DIFFERENCE_MS', 'lease.until')],
  },
  { bug: 'no customer fence', breaks: [3], edits: [store('if (isFenced) return false;')] },
  {
    bug: 'fence without the skew of clocks',
    breaks: [3],
    edits: [store('invalidatedAt >= askedAt - MAX_CLOCK_DIFFERENCE_MS', 'invalidatedAt >= askedAt')],
  },
  {
    bug: 'fence not monotone',
    breaks: [3],
    edits: [store('invalidatedAt: Math.max(at, invalidatedAt)', 'invalidatedAt: at')],
  },
  {
    bug: 'index that keeps the last key only',
    breaks: [3],
    edits: [store('[...new Set([...partitions, partition])]', '[partition]')],
  },
  {
    bug: 'index emptied by a purge',
    breaks: [3],
    edits: [
      store(
        'this.#indexes.get(customer), this.#pastIndexes.get(customer))?.partitions ?? [];',
        'this.#indexes.get(customer), this.#pastIndexes.get(customer))?.partitions ?? [];\n' +
          '    this.#setIndex(customer, { ...this.#index(customer), partitions: [] });\n    return read;',
      ),
      store('return this.#asRead(this.#indexes', 'const read = this.#asRead(this.#indexes'),
    ],
  },
  {
    bug: 'entry before index',
    breaks: [3],
    edits: [
      lookup(
        '    const { customer, askedAt } = entry;\n',
        '    const { customer, askedAt } = entry;\n' +
          "    if ((await this.#store.use((store) => store.writeEntry(key, lease, entry))) !== 'written') return false;\n",
      ),
      lookup(
        "return (await this.#store.use((store) => store.writeEntry(key, lease, entry))) === 'written';",
        'return true;',
      ),
    ],
  },
  {
    bug: 'purge deletes entries but not leases',
    breaks: [3],
    edits: [invalidation("this.#mode === 'delete' || hasLease || (hasEntry && !isMarked)", 'hasEntry && !isMarked')],
  },
  {
    bug: 'purge acknowledged in part',
    breaks: [3],
    edits: [
      invalidation(
        'deleteItems(batch.map(({ key }) => key))',
        'deleteItems(batch.map(({ key }) => key)).catch(() => {})',
      ),
    ],
  },
  {
    bug: 'purge sees the first page only',
    breaks: [3],
    edits: [invalidation('after = page.next;', 'after = undefined;')],
  },
  {
    bug: 'keys of the second secret not purged',
    breaks: [3],
    edits: [invalidation('const { keySecrets } = ports;', 'const keySecrets = ports.keySecrets.slice(0, 1);')],
  },
  {
    bug: 'marks not freeing leases',
    breaks: [3],
    edits: [store('{ ...kept.item, entry, lease: undefined }', '{ ...kept.item, entry }')],
  },
  {
    bug: 'marks not setting the fence',
    breaks: [3],
    edits: [
      invalidation(
        'fenceCustomer(customer, this.#at)',
        "fenceCustomer(customer, this.#mode === 'delete' ? this.#at : 0)",
      ),
    ],
  },
  {
    bug: 'what is marked served while it is revalidated, and by max-stale',
    breaks: [3],
    edits: [freshness("entry.kind === 'not-found' || entry.staleFrom !== undefined", "entry.kind === 'not-found'")],
  },
  { bug: 'eventually consistent reads', breaks: [3], edits: [], isEventuallyConsistent: true },
  {
    bug: "entries of the upstream's erased customer not voided",
    breaks: [3],
    edits: [
      lookup("if (outcome.kind === 'erased' && subject !== undefined) {", 'if (subject === null) {'),
      lookup(
        "if (former !== undefined && (outcome.kind === 'erased' || isMerged)) {",
        'if (former !== undefined && isMerged) {',
      ),
    ],
  },
  {
    bug: "merged customer's former entries not voided",
    breaks: [3],
    edits: [
      lookup(
        "if (former !== undefined && (outcome.kind === 'erased' || isMerged)) {",
        "if (former !== undefined && outcome.kind === 'erased') {",
      ),
    ],
  },
  {
    bug: 'forever stale: neither the window nor the own expiry checked',
    breaks: [2],
    edits: [
      freshness(' || entry.expiresAt <= now'),
      freshness('-servable.ttlMs < limitMs ? servable : undefined', 'servable'),
    ],
  },
  {
    bug: 'own expiry not checked: windows raised by a deploy',
    breaks: [2],
    edits: [freshness(' || entry.expiresAt <= now')],
  },
  {
    bug: "max-stale beyond STALE_IF_ERROR_SECONDS (both defences: the limit, and the entry's own expiry)",
    breaks: [2],
    edits: [freshness(' && isWithinLimit'), freshness(' || entry.expiresAt <= now')],
  },
  {
    bug: 'max-age and min-fresh not heeded by what is fresh',
    breaks: [2],
    edits: [freshness('if (ageMs > maxAgeMs || ttlMs < minFreshMs)', 'if (ageMs < 0)')],
  },
  {
    bug: 'stale on not-found',
    breaks: [2],
    edits: [
      lookup(
        '    const cache = this.#forwarded(reason, kept.isStored);\n',
        '    const cache = this.#forwarded(reason, kept.isStored);\n' +
          '    const masking = this.#standIn(item);\n' +
          "    if (outcome.kind === 'not-found' && masking !== undefined) return this.#serveInstead(masking, fetched);\n",
      ),
    ],
  },
  {
    bug: 'no-cache joins an older fetch (both defences: it waits, and takes what it finds)',
    breaks: [2],
    edits: [
      lookup('if (this.#directives.noCache) return this.#goAlone(reason, item);'),
      lookup(
        'decide(item.entry, this.#directives,',
        'decide(item.entry, { ...this.#directives, noCache: this.#directives.noCache && this.#leasesSeen.size === 0 },',
      ),
    ],
  },
  {
    bug: 'key without account',
    breaks: [1],
    edits: [cacheKey('[api, ...account, ', '[api, ')],
  },
  {
    bug: "key without the identifier's name",
    breaks: [1],
    edits: [cacheKey('[source, identifier.name, identifier.value]', '[source, identifier.value]')],
  },
  {
    bug: 'key without the projection',
    breaks: [1],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a piece of source
    edits: [cacheKey(', `fields=${digest}`]', ']')],
  },
  { bug: 'embed unsorted', breaks: [5], edits: [embed('[...new Set(embeds)].sort()', '[...new Set(embeds)]')] },
  {
    bug: 'waiters take turns at failing',
    breaks: [5],
    edits: [lookup("if (ended?.kind === 'failed') return this.#failAsHolderDid(ended, reason);")],
  },
  {
    bug: 'a failed fetch leaves its lease to lapse',
    breaks: [5],
    edits: [lookup('await this.#store.use((store) => store.endLease(key, lease, ended, this.#holdBack(item)));')],
  },
  {
    bug: 'an answer that is not kept leaves its lease to lapse',
    breaks: [5],
    edits: [
      lookup("await this.#store.use((store) => store.endLease(key, lease, { kind: 'not-stored', token }, undefined));"),
    ],
  },
  {
    bug: 'incomplete replies stored',
    breaks: [4],
    edits: [lookup("kind === 'found' && outcome.isComplete", "kind === 'found'")],
  },
  {
    bug: 'replies about somebody else stored',
    breaks: [4],
    edits: [lookup('isIdentityMismatch || call === undefined ?', 'call === undefined ?')],
  },
  {
    bug: 'no-store stored',
    breaks: [4],
    edits: [lookup('this.#store.isBypassed || this.#directives.noStore', 'this.#store.isBypassed')],
  },
  {
    bug: 'an ambiguous write called stored',
    breaks: [4],
    edits: [
      lookup("store.writeEntry(key, lease, entry))) === 'written'", "store.writeEntry(key, lease, entry))) !== 'lost'"),
    ],
  },
  {
    bug: 'a fetch of its own after two leases',
    breaks: [8],
    edits: [lookup('if (this.#isTooLateToFetch()) return this.#timeOut(reason, item);')],
  },
  {
    bug: 'waits without end',
    breaks: [8],
    edits: [
      lookup('if (patienceMs <= 0) return this.#endOfPatience(reason, item);'),
      lookup('if (this.#isTooLateToFetch()) return this.#timeOut(reason, item);'),
    ],
  },
  {
    bug: "the upstream's Retry-After not heeded",
    breaks: [9],
    edits: [lookup('if (pausedUntil !== undefined && pausedUntil > now) {', 'if (pausedUntil === null) {')],
  },
  {
    bug: 'a failed fetch repeated',
    breaks: [9],
    edits: [
      lookup(
        '    const fetched = await this.#fetch(reason, item, pausedUntil);\n',
        '    const first = await this.#fetch(reason, item, pausedUntil);\n' +
          "    const fetched = first.outcome.kind === 'failed' ? await this.#fetch(reason, item, undefined) : first;\n",
      ),
    ],
  },
  {
    bug: 'only-if-cached asks the upstream',
    breaks: [9],
    edits: [lookup('if (this.#directives.onlyIfCached) return this.#notCached(reason);')],
  },
];
