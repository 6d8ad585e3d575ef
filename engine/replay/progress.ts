/** A progress bar on standard error, where that is a terminal; else nothing at all. */
const BAR_CELLS = 30;
const REDRAW_MS = 100;

export interface Progress {
  /** A new stretch of work of `total` steps. */
  begin(label: string, total: number): void;
  at(done: number): void;
  end(): void;
}

export const SILENT: Progress = { begin() {}, at() {}, end() {} };

export interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export function progressOn(terminal: Terminal, nowMs: () => number = () => performance.now()): Progress {
  if (terminal.isTTY !== true) return SILENT;
  let label = "";
  let total = 1;
  let drawnMs = -Infinity;
  const draw = (done: number): void => {
    const share = Math.min(1, done / Math.max(1, total));
    const full = Math.round(share * BAR_CELLS);
    const bar = "█".repeat(full) + "░".repeat(BAR_CELLS - full);
    terminal.write(`\r${label} ${bar} ${Math.floor(share * 100)} %  ${done}/${total}\x1b[K`);
  };
  return {
    begin(nextLabel, nextTotal) {
      label = nextLabel;
      total = nextTotal;
      drawnMs = nowMs();
      draw(0);
    },
    at(done) {
      const now = nowMs();
      if (now - drawnMs < REDRAW_MS) return;
      drawnMs = now;
      draw(done);
    },
    end() {
      terminal.write("\r\x1b[K");
    },
  };
}
