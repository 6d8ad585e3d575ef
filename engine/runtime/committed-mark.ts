/**
 * How far persistence had come, as last told: a hint in a file beside the journal, so that recovery need not keep what is
 * safely in the tables. It may be old (then more is kept), and it is written without a sync. Rebuilding the tables does
 * not depend on it: their gaps are made again from the journal.
 */
import { readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

const FILE = "committed-seq";
const WRITE_EVERY_MS = 1000;

export class CommittedMark {
  private readonly path: string;
  private newest = 0;
  private written = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(directory: string) {
    this.path = join(directory, FILE);
  }

  /** 0 where there is none, or none that can be read. */
  read(): number {
    let text: string;
    try {
      text = readFileSync(this.path, "utf8");
    } catch {
      return 0; // The hint is optional: without it recovery keeps everything.
    }
    const seq = Number(text);
    return Number.isSafeInteger(seq) && seq >= 0 ? seq : 0;
  }

  put(seq: number): void {
    this.newest = seq;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.flush();
    }, WRITE_EVERY_MS);
    this.timer.unref();
  }

  async flush(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.newest <= this.written) return;
    const seq = this.newest;
    try {
      await writeFile(`${this.path}.new`, String(seq));
      await rename(`${this.path}.new`, this.path);
      this.written = seq;
    } catch {
      // An older hint stays: recovery keeps more than it need.
    }
  }
}
