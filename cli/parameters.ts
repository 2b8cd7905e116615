import type { Parameter } from './command.ts';

type About = Pick<Parameter<unknown>, 'help' | 'value' | 'environment' | 'isSecret'> & { readonly value: string };

/** A text that may be absent. */
export function text(about: About): Parameter<string | undefined> {
  return { ...about, read: (given) => given };
}

/** A text that must be there. */
export function required(about: About): Parameter<string> {
  return { ...about, isRequired: true, read: (given) => given ?? null };
}

/** A text with a default. */
export function textOr(standIn: string, about: About): Parameter<string> {
  return { ...about, default: standIn, read: (given) => given ?? standIn };
}

/** On or off. */
export function flag({ help }: Pick<About, 'help'>): Parameter<boolean> {
  return { help, value: undefined, read: (given) => given === 'true' };
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** A whole number. */
export function wholeNumber(
  { standIn, ...range }: Range & { readonly standIn: number },
  about: About,
): Parameter<number> {
  const { read, ...rest } = optionalNumber(range, about);
  return {
    ...rest,
    default: String(standIn),
    read: (given) => (given === undefined ? standIn : (read(given) ?? null)),
  };
}

/** A whole number that may be absent. */
export function optionalNumber({ from, to }: Range, about: About): Parameter<number | undefined> {
  return {
    ...about,
    allowed: `a whole number, ${from} to ${to}`,
    read: (given) => {
      if (given === undefined) return undefined;
      const number = /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN;
      return number >= from && number <= to ? number : null;
    },
  };
}

/** One of a few words, which may be absent. */
export function oneOf<const Word extends string>(words: readonly Word[], about: About): Parameter<Word | undefined> {
  return {
    ...about,
    allowed: words.join(', '),
    read: (given) => (given === undefined ? undefined : (words.find((word) => word === given) ?? null)),
  };
}
