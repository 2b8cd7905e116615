/**
 * The output of a long command of the project (a benchmark, the simulation, a test of minutes): lines that stay, and
 * its progress. Bar and remaining time are those of the command line.
 */
import type { Stream } from '../cli/output.ts';
import { bar, leftOf, realTicking, type Ticking } from '../cli/progress.ts';

/** How often a terminal shows the remaining time anew, also if no step ends. Milliseconds. */
const REDRAW_MS = 1000;
const CLEAR = '\r\u001B[K';

/** What a long run prints. */
export interface LongRun {
  /** A line that stays. */
  say(text: string): void;

  /**
   * Shows how far something is. On a terminal it shows a bar with the remaining time, and removes it when all is done.
   * Elsewhere it writes a line at each quarter.
   *
   * @param total how many steps there are
   * @returns to be told how many steps are done
   */
  showProgress(title: string, total: number): (done: number) => void;
}

/** Prints progress on one line of a terminal, and plain lines elsewhere. */
export function createLongRun(stream: Stream, time: Ticking): LongRun {
  const isTerminal = stream.isTTY === true;
  const say = (text: string) => {
    stream.write(`${isTerminal ? CLEAR : ''}${text}\n`);
  };

  const showBar = (title: string, steps: Steps) => {
    const draw = () => stream.write(`${CLEAR}${title} ${steps.bar()}`);
    const stop = time.every(REDRAW_MS, draw);
    draw();
    return () => {
      if (!steps.isDone()) return draw();
      stop();
      stream.write(CLEAR);
    };
  };

  const showLines = (title: string, steps: Steps) => {
    let quartersSaid = 0;
    return () => {
      if (steps.quarters() > quartersSaid && !steps.isDone()) say(`${title}: ${steps.line()}`);
      quartersSaid = Math.max(quartersSaid, steps.quarters());
    };
  };

  return {
    say,
    showProgress: (title, total) => {
      const steps = new Steps(total, time);
      const show = isTerminal ? showBar(title, steps) : showLines(title, steps);
      return (done) => {
        steps.tell(done);
        show();
      };
    },
  };
}

/** How many steps are done, and how long all take if the others are as long. */
class Steps {
  readonly #total: number;
  readonly #time: Ticking;
  readonly #startedAt: number;
  #done = 0;
  #lengthMs = 0;

  constructor(total: number, time: Ticking) {
    this.#total = total;
    this.#time = time;
    this.#startedAt = time.now();
  }

  tell(done: number): void {
    this.#done = done;
    this.#lengthMs = (this.#passedMs() / done) * this.#total;
  }

  isDone(): boolean {
    return this.#done >= this.#total;
  }

  quarters(): number {
    return Math.floor((this.#done / this.#total) * 4);
  }

  line(): string {
    return `${this.#done} of ${this.#total}, ${leftOf(this.#lengthMs - this.#passedMs())} left`;
  }

  bar(): string {
    const drawn = this.#done === 0 ? '…' : bar(this.#passedMs(), this.#lengthMs);
    return `${drawn} (${this.#done} of ${this.#total})`;
  }

  #passedMs(): number {
    return this.#time.now() - this.#startedAt;
  }
}

export const { say, showProgress } = createLongRun(process.stdout, realTicking);
