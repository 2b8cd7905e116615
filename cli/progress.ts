import type { Stream } from './output.ts';

/** Shows that work is in progress, beside the command's output: on standard error. */
export interface Progress {
  /**
   * Shows a title while some work runs: a spinner on a terminal, one line elsewhere if it takes longer than a second.
   * @returns the result of the work
   */
  during<T>(title: string, work: () => Promise<T>): Promise<T>;

  /**
   * Shows the progress of work with a known length: a bar with the remaining time on a terminal, one line elsewhere as
   * above.
   * @param lengthMs how long it takes in all
   */
  waiting<T>(title: string, lengthMs: number, work: () => Promise<T>): Promise<T>;

  /**
   * Shows the progress of work that reports its completed share, in the same way.
   * @param work calls `tell` with the completed share, 0 to 1
   */
  counting<T>(title: string, work: (tell: (done: number) => void) => Promise<T>): Promise<T>;

  /** Shows nothing from now on, although work may still run. */
  stop(): void;
}

/** The time functions that a spinner needs. */
export interface Ticking {
  now(): number;
  /** Calls back again and again. @returns a function that stops it */
  every(ms: number, tick: () => void): () => void;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;
const FRAME_MS = 100;
/** Work that takes longer than this is reported if there is no terminal. */
const LONG_MS = 1000;
const BAR_WIDTH = 30;
const CLEAR = '\r\u001B[K';

/** @param isQuiet whether nothing is shown if there is no terminal */
export function createProgress(stream: Stream, time: Ticking, { isQuiet = false } = {}): Progress {
  // The work that began last is the one that shows.
  const drawing: (() => string)[] = [];
  let stop = (): void => {};
  let isStopped = false;
  const write = (text: string): void => {
    if (!isStopped) stream.write(text);
  };
  /** The part that fits in one row: CLEAR clears no second one. The width may change meanwhile. */
  const fitting = (text: string): string => {
    const { columns = 0 } = stream;
    // Some terminals do not say how wide they are: they say 0.
    return columns === 0 ? text : text.slice(0, columns - 1);
  };
  const begin = (draw: () => string): void => {
    drawing.push(draw);
    if (drawing.length === 1) stop = time.every(FRAME_MS, () => write(`${CLEAR}${fitting(drawing.at(-1)?.() ?? '')}`));
  };
  const end = (draw: () => string): void => {
    drawing.splice(drawing.indexOf(draw), 1);
    if (drawing.length === 0) stop();
    write(CLEAR);
  };

  const told = async <T>(title: string, work: () => Promise<T>): Promise<T> => {
    const stop = time.every(LONG_MS, () => {
      stop();
      write(`${title} …\n`);
    });
    try {
      return await work();
    } finally {
      stop();
    }
  };

  const show = async <T>(title: string, draw: () => string, work: () => Promise<T>): Promise<T> => {
    if (stream.isTTY !== true) return isQuiet ? work() : told(title, work);
    begin(draw);
    try {
      return await work();
    } finally {
      end(draw);
    }
  };

  return {
    during: (title, work) => {
      let frame = 0;
      return show(title, () => `${FRAMES[frame++ % FRAMES.length]} ${title}`, work);
    },
    waiting: (title, lengthMs, work) => {
      const startedAt = time.now();
      return show(title, () => `${title} ${bar(time.now() - startedAt, lengthMs)}`, work);
    },
    counting: (title, work) => {
      const startedAt = time.now();
      let done = 0;
      const draw = () => {
        const passedMs = time.now() - startedAt;
        return done === 0 ? `${title} …` : `${title} ${bar(passedMs, passedMs / done)}`;
      };
      return show(title, draw, () =>
        work((share) => {
          done = share;
        }),
      );
    },
    stop: () => {
      if (drawing.length > 0) write(CLEAR);
      isStopped = true;
      stop();
    },
  };
}

/** The progress, and the remaining time. */
export function bar(doneMs: number, lengthMs: number): string {
  const share = Math.min(1, Math.max(0, lengthMs === 0 ? 1 : doneMs / lengthMs));
  const filled = Math.round(share * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${leftOf(lengthMs - doneMs)} left`;
}

/** A remaining time as text: seconds, and from two minutes on minutes, rounded up. */
export function leftOf(ms: number): string {
  const seconds = Math.ceil(Math.max(0, ms) / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

/** Real time. A spinner keeps no process alive. */
export const realTicking: Ticking = {
  now: () => performance.now(),
  every: (ms, tick) => {
    const timer = setInterval(tick, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
};
