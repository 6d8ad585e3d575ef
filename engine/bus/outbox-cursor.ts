/**
 * Where the outbox goes on after a restart: the next sequence to send, in a small file that is replaced whole.
 *
 * Written now and then, without fsync: a cursor that is too old sends again what the other side knows, which is harmless.
 * A file that is missing or cannot be read means the beginning, for the same reason; and so does one that speaks of
 * another lineage of the journal, whose sequences are others.
 */
import { readFileSync, rmSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { z } from "zod";

const cursorFile = z.object({ engine: z.string(), nextSeq: z.int().min(1), lineage: z.int().min(0).default(0) });

export interface OutboxCursor {
  /** 1: from the beginning. */
  read(): number;
  /** A failed write is harmless, and tried again at the next one. */
  write(nextSeq: number): Promise<void>;
}

export function outboxCursorFile(path: string, engine: string, lineage = 0): OutboxCursor {
  return {
    read() {
      try {
        const cursor = cursorFile.parse(JSON.parse(readFileSync(path, "utf8")));
        return cursor.engine === engine && cursor.lineage === lineage ? cursor.nextSeq : 1;
      } catch {
        return 1;
      }
    },
    async write(nextSeq) {
      const next = `${path}.new`;
      try {
        await writeFile(next, `${JSON.stringify({ engine, nextSeq, lineage })}\n`);
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
