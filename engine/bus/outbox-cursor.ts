/**
 * Where the outbox goes on after a restart: the next sequence to send, in a small file that is replaced whole.
 *
 * Written now and then, without fsync: a cursor that is too old sends again what the other side knows, which is harmless.
 * A file that is missing or cannot be read means the beginning, for the same reason.
 */
import { readFileSync, rmSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { z } from "zod";

const cursorFile = z.object({ engine: z.string(), nextSeq: z.int().min(1) });

export interface OutboxCursor {
  /** 1: from the beginning. */
  read(): number;
  /** A failed write is harmless, and tried again at the next one. */
  write(nextSeq: number): Promise<void>;
}

export function outboxCursorFile(path: string, engine: string): OutboxCursor {
  return {
    read() {
      try {
        const cursor = cursorFile.parse(JSON.parse(readFileSync(path, "utf8")));
        return cursor.engine === engine ? cursor.nextSeq : 1;
      } catch {
        return 1;
      }
    },
    async write(nextSeq) {
      const next = `${path}.new`;
      try {
        await writeFile(next, `${JSON.stringify({ engine, nextSeq })}\n`);
        await rename(next, path);
      } catch {
        // The old cursor stands; what is sent again because of it is known by its sequences.
      }
    },
  };
}

/** For a journal that begins anew. */
export function forgetOutboxCursor(path: string): void {
  rmSync(path, { force: true });
}
