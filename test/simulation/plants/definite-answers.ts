import { inFetch, inKeep, inLease, inNextStep, inTable, inVoidFormer } from './code.ts';
import type { Plant } from './plant.ts';

/** Promises 3, 4 and 5: erased, merged, refused, and not found. */
export const DEFINITE_ANSWERS: readonly Plant[] = [
  {
    bug: "entries of the upstream's erased customer not voided",
    breaks: [3],
    theme: 'definite',
    plantings: [
      inVoidFormer(
        'voidFormer',
        (sound) => async (invalidation, asked, item, fetched, options) =>
          fetched.outcome.kind === 'erased' ? false : sound(invalidation, asked, item, fetched, options),
      ),
    ],
  },
  {
    bug: "merged customer's former entries not voided",
    breaks: [3],
    theme: 'unfolding',
    plantings: [
      inVoidFormer(
        'voidFormer',
        (sound) => async (invalidation, asked, item, fetched, options) =>
          fetched.outcome.kind === 'erased' ? sound(invalidation, asked, item, fetched, options) : false,
      ),
    ],
  },
  {
    bug: "entries under a former customer's other secrets not voided",
    breaks: [3],
    theme: 'unfolding',
    plantings: [
      inVoidFormer(
        'voidFormer',
        (sound) => (invalidation, asked, item, fetched, options) =>
          sound(
            invalidation && { ...invalidation, customersOf: async () => [] },
            asked,
            item?.entry && { ...item, entry: { ...item.entry, customerAliases: [] } },
            fetched,
            options,
          ),
      ),
    ],
  },
  {
    bug: 'the holder of a void fetch cannot end its lease',
    breaks: [5],
    theme: 'definite',
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override endLease(...[key, lease, end, others]: Parameters<InstanceType<typeof Sound>['endLease']>) {
              return this.item(key).lease?.isVoid !== true && super.endLease(key, lease, end, others);
            }
          },
      ),
    ],
  },
  {
    bug: 'a void fetch is stored',
    breaks: [3],
    theme: 'unfolding',
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override writeEntry(...[key, lease, entry]: Parameters<InstanceType<typeof Sound>['writeEntry']>) {
              const held = this.item(key).lease;
              if (held?.isVoid && held.token === lease.token) return this.write(key, lease, entry);
              return super.writeEntry(key, lease, entry);
            }
          },
      ),
    ],
  },
  {
    bug: "the survivor not stored after another look-up voided the former customer's fetches",
    breaks: [5],
    theme: 'definite',
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override writeEntry(...[key, lease, entry]: Parameters<InstanceType<typeof Sound>['writeEntry']>) {
              return this.item(key).lease?.isVoid ? 'lost' : super.writeEntry(key, lease, entry);
            }
          },
      ),
    ],
  },
  {
    bug: 'a lease ends without the outcome "erased"',
    breaks: [5],
    theme: 'definite',
    plantings: [
      inLease(
        'OwnLease',
        (Sound) =>
          class extends Sound {
            override async end(end: Parameters<InstanceType<typeof Sound>['end']>[0]) {
              const { outcome } = end;
              const isErased = outcome.kind === 'erased';
              return super.end(isErased ? { ...end, outcome: { kind: 'given-up', token: outcome.token } } : end);
            }
          },
      ),
    ],
  },
  {
    bug: 'the outcome "erased" not taken by those that wait',
    breaks: [5],
    theme: 'definite',
    plantings: [
      inNextStep(
        'nextStep',
        (sound) => (seen) => sound(seen.ended?.kind === 'erased' ? { ...seen, ended: undefined } : seen),
      ),
    ],
  },
  {
    bug: "a merged customer's survivor taken for another customer, and not stored",
    breaks: [5],
    theme: 'definite',
    plantings: [
      inFetch(
        'readReply',
        (sound) => (policy, asked, outcome) =>
          sound(policy, asked, outcome.kind === 'found' ? { ...outcome, isMerged: false } : outcome),
      ),
    ],
  },
  {
    bug: 'a refusal leaves the old entry',
    breaks: [4],
    theme: 'definite',
    plantings: [inKeep('endsEntry', (sound) => (fetched) => fetched.outcome.kind !== 'refused' && sound(fetched))],
  },
  {
    bug: '"not found" that is not kept leaves the old entry',
    breaks: [4],
    theme: 'unfolding',
    plantings: [inKeep('endsEntry', (sound) => (fetched) => fetched.outcome.kind !== 'not-found' && sound(fetched))],
  },
  {
    bug: "a merger that is not kept leaves the former customer's entry",
    breaks: [3, 4],
    theme: 'definite',
    plantings: [inKeep('endsEntry', (sound) => (fetched) => fetched.outcome.kind !== 'found' && sound(fetched))],
  },
  {
    bug: 'a definite answer to a look-up without the lease leaves the old entry',
    breaks: [4],
    theme: 'definite',
    plantings: [inKeep('endContradicted', () => async () => undefined)],
  },
];
