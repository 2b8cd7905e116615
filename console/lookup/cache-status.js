/**
 * How the cache was used, as a reply's `Cache-Status` says it (RFC 9211).
 *
 * @typedef {object} CacheUse
 * @property {'hit' | 'stale' | 'miss' | 'collapsed' | 'bypass' | 'pending' | 'none'} outcome
 * @property {number | undefined} ttlSeconds of a hit; negative when stale
 * @property {string | undefined} detail why a hit is stale
 * @property {string | undefined} reason why the look-up went forward
 * @property {boolean} isStored
 * @property {boolean} isPartly whether the cache had one half of a joined reply, and the other half was fetched
 */

/**
 * @param {string | null} header
 * @returns {CacheUse}
 */
export function readCacheStatus(header) {
  const text = header ?? '';
  const [, ttl] = /;\s*ttl=(-?\d+)/.exec(text) ?? [];
  const [, detail] = /;\s*detail=([\w-]+)/.exec(text) ?? [];
  const [, reason] = /;\s*fwd=([\w-]+)/.exec(text) ?? [];
  const use = { ttlSeconds: undefined, detail, reason, isStored: /;\s*stored\b/.test(text), isPartly: false };
  if (/;\s*hit\b/.test(text)) {
    return { ...use, outcome: detail === undefined ? 'hit' : 'stale', ttlSeconds: ttl === undefined ? 0 : Number(ttl) };
  }
  if (/;\s*collapsed\b/.test(text)) return { ...use, outcome: 'collapsed' };
  if (detail === 'pending') return { ...use, outcome: 'pending' };
  if (reason === undefined) return { ...use, outcome: 'none' };
  return { ...use, outcome: reason === 'bypass' ? 'bypass' : 'miss' };
}

/**
 * How the cache was used for an answer. If the look-up went forward, and the answer is older than the look-up, a part of
 * it came from the cache.
 *
 * @param {Pick<import('../server.js').Answered, 'cacheStatus' | 'ageSeconds' | 'durationMs'>} answered
 * @returns {CacheUse}
 */
export function cacheUseOf({ cacheStatus, ageSeconds, durationMs }) {
  const use = readCacheStatus(cacheStatus);
  return { ...use, isPartly: use.outcome === 'miss' && ageSeconds * 1000 > durationMs };
}

/** The sentence beside the chip. @type {Readonly<Record<string, string>>} */
const SENTENCES = {
  hit: 'The cache answered. Capillary was not asked.',
  'stale-while-revalidate': 'The cache answered at once, and asks Capillary for a newer reply in the background.',
  'stale-if-error': 'Capillary failed or was too slow, so the cache answered with an older reply.',
  'max-stale': 'The cache answered with an older reply, because this look-up allows one.',
  miss: 'The cache had no reply. Capillary was asked.',
  'miss-stale': 'The reply in the cache was too old. Capillary was asked.',
  'miss-request': 'This look-up wanted a newer reply. Capillary was asked.',
  partly: 'The cache had a part of the reply. Capillary was asked for the rest.',
  collapsed: 'Another look-up was asking Capillary already. This one waited for its reply.',
  pending: 'The cache had no reply, and this look-up did not wait. Capillary is asked in the background.',
  bypass: 'The cache is off, or its store does not answer. Capillary was asked.',
  none: 'Neither the cache nor Capillary was asked.',
};

/** @param {CacheUse} use */
export function sentenceOf({ outcome, detail, reason, isPartly }) {
  if (isPartly) return SENTENCES.partly ?? '';
  return SENTENCES[detail ?? ''] ?? SENTENCES[`${outcome}-${reason}`] ?? SENTENCES[outcome] ?? '';
}
