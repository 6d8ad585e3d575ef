/**
 * Random sessions through the whole engine: the audit reads what leaves it, a reader sees what a reply said, the feed
 * makes the book, and what comes back after a restart is what was there.
 */
import { describe, expect, test } from "vitest";
import { Audit } from "./audit.ts";
import { everythingReadable, foldBook, runSession } from "./engine-session.ts";
import { FaultyDisk } from "./faulty-disk.ts";
import { PROFILES } from "./profiles.ts";
import { SPECIAL_PROFILES } from "./profiles-special.ts";
import { openExchange } from "./small-exchange.ts";

const SEED = Number(process.env.SEED ?? 5);
const COMMANDS = 1_200;
const ALL = [...PROFILES, ...SPECIAL_PROFILES];
const RESTARTED = ["calm", "crossing", "self-trading", "amends", "keys"].concat(
  ["thin", "lists", "icebergs", "decrement"].map((name) => `special: ${name}`),
);

const WRITE_TURNS = 4;

/** Background writes take some turns of the event loop: a snapshot is written while commands go on. */
class SlowDisk extends FaultyDisk {
  override async writeInBackground(file: number, bytes: Uint8Array, position: number): Promise<number> {
    for (let turn = 0; turn < WRITE_TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    return this.write(file, bytes, position);
  }
}

describe("I1 I2 I3 I4: what leaves a whole engine passes the audit, and its reads say what its replies said", () => {
  for (const profile of ALL) {
    test(`${profile.name}, SEED=${SEED}`, async () => {
      const exchange = await openExchange();
      const { engine } = exchange;
      const { commands, feed } = await runSession(exchange, profile, SEED, COMMANDS);
      const audit = new Audit();
      for (const events of commands) audit.command(events);
      audit.sweep();

      let nextSeq = 1;
      for (const frame of feed) {
        expect([frame.epoch, frame.firstSeq]).toEqual([1, nextSeq]);
        nextSeq = frame.lastSeq + 1;
        const kinds = new Set(frame.events.map(({ type }) => type));
        for (const kind of ["level_changed", "trade_executed", "instrument_changed"] as const) kinds.delete(kind);
        expect([...kinds]).toEqual([]);
      }
      expect(nextSeq).toBe(engine.stats().headSeq + 1);

      for (const { id } of engine.catalog().instruments) {
        const { asOfSeq, ...book } = await engine.bookSnapshot(id);
        const nothing = { instrument: id, updateId: 0, asOfSeq: 0, lastTradeId: 0, bids: [], asks: [] };
        expect(asOfSeq).toBe(engine.stats().headSeq);
        expect(foldBook(nothing, feed)).toEqual(book);
      }
      await engine.close();
    });
  }
});

describe("I27: after a restart, every read says what it said before", () => {
  for (const name of RESTARTED) {
    const profile = ALL.find((each) => each.name === name)!;
    test(`${name}, from the first record and from a snapshot, SEED=${SEED}`, async () => {
      const disk = new SlowDisk();
      const live = await openExchange({ disk, snapshotEveryRecords: COMMANDS / 3 });
      await runSession(live, profile, SEED, COMMANDS);
      const before = await everythingReadable(live.engine);
      await live.engine.close();

      const bare = disk.copy();
      for (const path of bare.paths()) if (/\/snapshot-\d+$/.test(path)) bare.remove(path);
      const fromGenesis = await openExchange({ disk: bare });
      const fromSnapshot = await openExchange({ disk });
      expect(fromGenesis.engine.recovery.snapshotRecord).toBe(null);
      expect(fromSnapshot.engine.recovery.snapshotRecord).toBeGreaterThan(COMMANDS / 3);
      expect(await everythingReadable(fromGenesis.engine)).toEqual(before);
      expect(await everythingReadable(fromSnapshot.engine)).toEqual(before);
    });

    test(`${name}, with a part of it forgotten, SEED=${SEED}`, async () => {
      const disk = new FaultyDisk();
      const live = await openExchange({ disk, snapshotEveryRecords: COMMANDS });
      await runSession(live, profile, SEED, COMMANDS - 100);
      const committedSeq = Math.floor(live.engine.stats().headSeq / 2);
      live.engine.committed(committedSeq);
      const before = await everythingReadable(live.engine);
      await live.engine.close();
      const fromGenesis = await openExchange({ disk, snapshotEveryRecords: COMMANDS });
      fromGenesis.engine.committed(committedSeq);
      expect(await everythingReadable(fromGenesis.engine)).toEqual(before);
      // What was forgotten stays so by way of a snapshot, with nobody to say it again.
      for (let sent = 0; fromGenesis.engine.stats().journal.lastSnapshotRecord === 0 && sent < 200; sent += 1)
        await fromGenesis.operate({ type: "revoke_key", apiKey: "none" });
      const then = await everythingReadable(fromGenesis.engine);
      await fromGenesis.engine.close();
      const fromSnapshot = await openExchange({ disk });
      expect(fromSnapshot.engine.recovery.snapshotRecord).not.toBe(null);
      expect(await everythingReadable(fromSnapshot.engine)).toEqual(then);
    });
  }
});
