import type { Stream } from './output.ts';

/** Shows that something is under way, beside what the command says: on standard error. */
export interface Progress {
  /**
   * Shows a title while some work runs: a spinner on a terminal, one line elsewhere if it takes longer than a second.
   *
   * @returns what the work returns
   */
  during<T>(title: string, work: () => Promise<T>): Promise<T>;

  /**
   * Shows how far something of a known length is: a bar with the remaining time on a terminal, one line elsewhere as above.
   *
   * @param lengthMs how long it takes in all
   */
  waiting<T>(title: string, lengthMs: number, work: () => Promise<T>): Promise<T>;

  /**
   * Shows how far something is, in the same way. The work tells the share that is done.
   *
   * @param work calls `tell` with the share that is done, 0 to 1
   */
  counting<T>(title: string, work: (tell: (done: number) => void) => Promise<T>): Promise<T>;
}

/** What a spinner needs of time. */
export interface Ticking {
  now(): number;
  /** Calls back again and again. @returns stops it */
  every(ms: number, tick: () => void): () => void;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;
const FRAME_MS = 100;
/** What takes longer than this is told where no terminal is. */
const LONG_MS = 1000;
const BAR_WIDTH = 30;
const CLEAR = '\r\u001B[K';

/** @param isQuiet whether nothing is shown where no terminal is */
export function createProgress(stream: Stream, time: Ticking, { isQuiet = false } = {}): Progress {
  // The latest thing that is under way is the one that shows.
  const drawing: (() => string)[] = [];
  let stop = (): void => {};
  const begin = (draw: () => string): void => {
    drawing.push(draw);
    if (drawing.length === 1) stop = time.every(FRAME_MS, () => stream.write(`${CLEAR}${drawing.at(-1)?.() ?? ''}`));
  };
  const end = (draw: () => string): void => {
    drawing.splice(drawing.indexOf(draw), 1);
    if (drawing.length === 0) stop();
    stream.write(CLEAR);
  };

  const told = async <T>(title: string, work: () => Promise<T>): Promise<T> => {
    const stop = time.every(LONG_MS, () => {
      stop();
      stream.write(`${title} …\n`);
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
  };
}

/** How far something is, and the time that is left. */
export function bar(doneMs: number, lengthMs: number): string {
  const share = Math.min(1, Math.max(0, lengthMs === 0 ? 1 : doneMs / lengthMs));
  const filled = Math.round(share * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${leftOf(lengthMs - doneMs)} left`;
}

/** A remaining time in words: seconds, and from two minutes on minutes, rounded up. */
export function leftOf(ms: number): string {
  const seconds = Math.ceil(Math.max(0, ms) / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

/** Time as it passes. A spinner keeps no process alive. */
export const realTicking: Ticking = {
  now: () => performance.now(),
  every: (ms, tick) => {
    const timer = setInterval(tick, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
};
