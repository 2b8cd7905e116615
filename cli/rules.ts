import type { Rule } from './command.ts';
import { flagOf } from './parser.ts';

/** The rule that an option has no effect without another one. Both by their names in the code. */
export function needs(option: string, other: string): Rule {
  return (texts) =>
    texts[option] === undefined || texts[other] !== undefined
      ? undefined
      : `--${flagOf(option)} has no effect without --${flagOf(other)}; give --${flagOf(other)} too, or leave --${flagOf(option)} out.`;
}

/** The rule that an option takes the place of others, which have no effect beside it. All by their names in the code. */
export function excludes(option: string, ...others: readonly string[]): Rule {
  return (texts) => {
    const other = texts[option] === undefined ? undefined : others.find((name) => texts[name] !== undefined);
    return other && `--${flagOf(option)} and --${flagOf(other)} are both given; allowed is one of them.`;
  };
}
