import { stripVTControlCharacters } from 'node:util';
import { type Colour, paint } from '../local/observation/live-line.ts';

/** One result of a command: for a program, and for a person. */
export interface Said {
  /** One JSON document, on one line. */
  readonly json: unknown;
  readonly lines: readonly string[];
}

/** One of the repeated results of a command. */
export interface Frame {
  /** One JSON document, on one line. */
  readonly json: unknown;
  /** For a terminal. */
  readonly screen: readonly string[];
  /** For other outputs. */
  readonly line: string;
}

/** The output of a command's results: JSON with `--json`, else text. */
export interface Output {
  readonly isJson: boolean;
  /** Whether a person reads at a terminal. */
  readonly isTerminal: boolean;
  say(said: Said): void;
  /**
   * Writes a result that changes with time: on a terminal each frame replaces the one before. A terminal with too few
   * rows for the frame gets a line each time.
   */
  show(frame: Frame): void;
  /** The text in a colour, if the terminal shows colours. */
  paint(text: string, colour: Colour): string;
}

/** A stream of a process. */
export interface Stream {
  readonly isTTY?: boolean;
  /** The width of the terminal, in characters. 0 or undefined: the terminal does not say it. */
  readonly columns?: number;
  /** The height of the terminal, in rows. 0 or undefined: the terminal does not say it. */
  readonly rows?: number;
  write(text: string): unknown;
}

/** The form of what a command prints. */
export interface OutputOptions {
  readonly isJson: boolean;
  readonly hasColour: boolean;
}

/** Makes the output of a command over a process's stream. */
export function createOutput(stream: Stream, { isJson, hasColour }: OutputOptions): Output {
  const isTerminal = stream.isTTY === true && !isJson;
  const say = ({ json, lines }: Said): void => {
    const written = isJson ? [JSON.stringify(json)] : lines;
    if (written.length > 0) stream.write(`${written.join('\n')}\n`);
  };
  let height = 0;
  return {
    isJson,
    isTerminal,
    say,
    show: ({ json, screen, line }) => {
      const needed = screen.reduce((rows, each) => rows + rowsOf(each, stream.columns), 0);
      // The cursor stands in the row below. It cannot go up to a row that has left the terminal.
      if (!isTerminal || needed >= (stream.rows || Number.POSITIVE_INFINITY)) {
        say({ json, lines: [line] });
        height = 0;
        return;
      }
      stream.write(`${height === 0 ? '' : `\u001B[${height}A\u001B[J`}${screen.join('\n')}\n`);
      height = needed;
    },
    paint: (text, colour) => paint(text, colour, hasColour && !isJson),
  };
}

/** How many rows of the terminal a line takes: a narrow terminal wraps it. */
function rowsOf(line: string, columns: number | undefined): number {
  return Math.max(1, Math.ceil(stripVTControlCharacters(line).length / (columns || Number.POSITIVE_INFINITY)));
}
