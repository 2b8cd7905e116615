import { type Colour, paint } from '../local/observation/live-line.ts';

/** One thing that a command says: to a program, and to a person. */
export interface Said {
  /** One JSON document, on one line. */
  readonly json: unknown;
  readonly lines: readonly string[];
}

/** Where a command says what it found: JSON with `--json`, else text. */
export interface Output {
  readonly isJson: boolean;
  /** Whether a person reads along at a terminal. */
  readonly isTerminal: boolean;
  say(said: Said): void;
  /** The text in a colour, where the terminal shows colours. */
  paint(text: string, colour: Colour): string;
}

/** A stream of a process. */
export interface Stream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface OutputOptions {
  readonly isJson: boolean;
  readonly hasColour: boolean;
}

export function createOutput(stream: Stream, { isJson, hasColour }: OutputOptions): Output {
  return {
    isJson,
    isTerminal: stream.isTTY === true && !isJson,
    say: ({ json, lines }) => {
      const written = isJson ? [JSON.stringify(json)] : lines;
      if (written.length > 0) stream.write(`${written.join('\n')}\n`);
    },
    paint: (text, colour) => paint(text, colour, hasColour && !isJson),
  };
}
