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
const forward = editing('functions/lookup/forward/forward-lookup.ts');
const nextStep = editing('functions/lookup/forward/next-step.ts');
const leaseWatch = editing('functions/lookup/forward/lease-watch.ts');
const askUpstream = editing('functions/lookup/forward/ask-upstream.ts');
const keep = editing('functions/lookup/forward/keep.ts');
const voidFormer = editing('functions/lookup/forward/void-former.ts');
const pauseGate = editing('functions/lookup/forward/upstream-pause-gate.ts');
const freshness = editing('functions/lookup/freshness.ts');
const invalidation = editing('functions/lookup/invalidation.ts');
const cacheKey = editing('functions/customer/request/cache-key.ts');
const embed = editing('functions/customer/v2/embed.ts');
/** The store's conditions: they stand for those in functions/adapters/dynamodb. */
const store = editing('test/simulation/simulated-table.ts');

export const PLANTS: readonly Plant[] = [
  {
    bug: 'age checked before the wait, and not again',
    breaks: [2],
    edits: [
      forward('  #lateCount = 0;\n', '  #lateCount = 0;\n  #judgedAt: number | undefined;\n'),
      forward(
        'decide(this.#item.entry, this.#asked.directives, policy.windows, ports.clock.now())',
        'decide(this.#item.entry, this.#asked.directives, policy.windows, (this.#judgedAt ??= ports.clock.now()))',
      ),
      forward(
        'toStandIn(item.entry, directives, policy.windows, ports.clock.now())',
        'toStandIn(item.entry, directives, policy.windows, this.#judgedAt)',
      ),
      askUpstream('{ key, directives, store }: Asked', '{ key, directives, store, startedAt }: Asked'),
      askUpstream(
        'toStandIn(each?.entry, directives, policy.windows, clock.now())',
        'toStandIn(each?.entry, directives, policy.windows, clock.now() - clock.monotonicNow() + startedAt)',
      ),
    ],
  },
  {
    bug: 'age not judged again after a revalidation was asked for',
    breaks: [2],
    edits: [
      forward(
        'this.#revalidation = await this.#revalidateIfIdle();\n      return undefined;\n    }\n    const isCollapsed',
        'this.#revalidation = await this.#revalidateIfIdle();\n    }\n    const isCollapsed',
      ),
    ],
  },
  {
    bug: 'stamped at write, not when the upstream was asked',
    breaks: [2],
    edits: [
      keep('{ random }: KeepPorts', '{ random, clock }: KeepPorts'),
      keep(
        'toEntry(windows, fetched, random)',
        'toEntry(windows, { ...fetched, call: { ...fetched.call, askedAt: clock.now() } }, random)',
      ),
    ],
  },
  {
    bug: 'unconditional put',
    breaks: [3, 4],
    edits: [store("if (this.item(key).lease?.token !== lease.token) return 'lost';")],
  },
  {
    bug: "write under another's lease, after one's own lapsed",
    breaks: [3, 4],
    edits: [
      store(
        'if (this.item(key).lease?.token !== lease.token) return',
        'if (this.item(key).lease === undefined) return',
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
    edits: [leaseWatch('lease.until + MAX_CLOCK_DIFFERENCE_MS', 'lease.until')],
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
        'return this.#indexes.read(customer)?.partitions ?? [];',
        'const read = this.#indexes.read(customer)?.partitions ?? [];\n' +
          '    this.#indexes.set(customer, { ...this.#index(customer), partitions: [] });\n    return read;',
      ),
    ],
  },
  {
    bug: 'entry before index',
    breaks: [3],
    edits: [
      keep(
        '  const { customer, askedAt } = entry;\n  if',
        "  const { customer, askedAt } = entry;\n  if ((await lease.write(entry)) !== 'written') return 'refused';\n  if",
      ),
      keep('const written = await lease.write(entry);', "const written = 'written';"),
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
    edits: [invalidation('await this.#store.deleteItems(left)', 'await this.#store.deleteItems(left).catch(() => [])')],
  },
  {
    bug: 'deletions that a throttled store left out forgotten by the purge',
    breaks: [3],
    edits: [
      invalidation(
        "if (left.length > 0) throw new StoreUnavailableError('UnprocessedItems', { trouble: 'throttled' });",
      ),
    ],
  },
  {
    bug: 'what is marked not marked again, though a fill of it is under way',
    breaks: [3],
    edits: [invalidation('hasLease || (hasEntry && !isMarked)', '(hasEntry ? !isMarked : hasLease)')],
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
    edits: [voidFormer('if (!isErased && !isMerged) return;', 'if (!isMerged) return;')],
  },
  {
    bug: "merged customer's former entries not voided",
    breaks: [3],
    edits: [voidFormer('if (!isErased && !isMerged) return;', 'if (!isErased) return;')],
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
      askUpstream(
        '    // After the end of the lease: others do not wait for the voiding.\n',
        '    const masking = await currentStandIn(context, asked, known);\n' +
          "    if (fetched.outcome.kind === 'not-found' && masking !== undefined) {\n" +
          '      return standIn(asked, masking, { call: fetched.call });\n    }\n',
      ),
    ],
  },
  {
    bug: 'no-cache joins an older fetch (both defences: it waits, and takes what it finds)',
    breaks: [2],
    edits: [
      freshness('return !noCache && maxAgeMs !== 0', 'return maxAgeMs !== 0'),
      forward(
        'decide(this.#item.entry, this.#asked.directives,',
        'decide(this.#item.entry, { ...this.#asked.directives, noCache: this.#asked.directives.noCache && !this.#watch.hasSeenLease },',
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
    edits: [nextStep("if (ended.kind === 'failed') return { kind: 'fail-as-holder', ended };")],
  },
  {
    bug: 'a failed fetch leaves its lease to lapse',
    breaks: [5],
    edits: [askUpstream('await keepFailure(ports, asked, lease, item, fetched);')],
  },
  {
    bug: 'an answer that is not kept leaves its lease to lapse',
    breaks: [5],
    edits: [keep('await lease.end({ outcome: { kind, token }, endsEntry: endsEntry(fetched) });', 'false;')],
  },
  {
    bug: 'incomplete replies stored',
    breaks: [4],
    edits: [keep('outcome.isComplete && !reply.isMismatch', '!reply.isMismatch')],
  },
  {
    bug: 'replies about somebody else stored',
    breaks: [4],
    edits: [keep('outcome.isComplete && !reply.isMismatch', 'outcome.isComplete')],
  },
  {
    bug: 'no-store stored',
    breaks: [4],
    edits: [nextStep('if (seen.noStore || !seen.isStoreUsable', 'if (!seen.isStoreUsable')],
  },
  {
    bug: 'an ambiguous write called stored',
    breaks: [4],
    edits: [keep("if (written === 'written') return", "if (entry !== undefined && written !== 'refused') return")],
  },
  {
    bug: 'a fetch of its own after two leases',
    breaks: [8],
    edits: [nextStep("return seen.isTooLate ? timeOut(stale) : { kind: 'take' };", "return { kind: 'take' };")],
  },
  {
    bug: 'waits without end',
    breaks: [8],
    edits: [
      nextStep(
        "    if (patienceMs > 0) return { kind: 'wait', atMostMs: patienceMs };",
        "    return { kind: 'wait', atMostMs: 200 };",
      ),
      nextStep("return seen.isTooLate ? timeOut(stale) : { kind: 'take' };", "return { kind: 'take' };"),
    ],
  },
  {
    bug: "the upstream's Retry-After not heeded",
    breaks: [9],
    edits: [
      pauseGate(
        'await this.#refresh(api, store, MEMORY_MS);\n    return this.#judge(api, store);',
        "await this.#refresh(api, store, MEMORY_MS);\n    return { kind: 'permit', api, probed: undefined };",
      ),
    ],
  },
  {
    bug: 'a failed fetch repeated',
    breaks: [9],
    edits: [
      askUpstream(
        '    const fetched = await fetchFor(context, asked, known);\n    noteSpeed',
        '    const first = await fetchFor(context, asked, known);\n' +
          "    const fetched = 'reply' in first ? first : await fetchFor(context, asked, known);\n    noteSpeed",
      ),
    ],
  },
  {
    bug: 'only-if-cached asks the upstream',
    breaks: [9],
    edits: [nextStep("if (seen.onlyIfCached) return { kind: 'not-cached' };")],
  },
];
