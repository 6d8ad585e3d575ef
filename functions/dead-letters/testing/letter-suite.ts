/** Letters on either database: one row an event, bounded, settled once. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../_shared/database.ts";
import { ensureTables, migrate } from "../../_shared/migrate.ts";
import { readLetter } from "../letter.ts";
import { type LetterStore, letterStore } from "../letter-store.ts";

const MIGRATION = "0002_dead_letters.sql";
const LETTERS_MAX = 4;

const event = (id: string, headers: Readonly<Record<string, string>> = {}, body = "{}") =>
  readLetter({
    headers: { "content-type": "application/json", "ce-id": id, "ce-source": "/s", "ce-type": "t", ...headers },
    rawBody: Buffer.from(body),
  });

/** @param open an empty database, as two callers of the same tables; the suite closes them. */
export function letterSuite(title: string, open: () => Promise<readonly [Database, Database]>): void {
  describe(title, () => {
    let databases: readonly [Database, Database];
    let store: LetterStore;
    beforeAll(async () => {
      databases = await open();
    });
    afterAll(() => Promise.all([...new Set(databases)].map((database) => database.close())));
    beforeEach(async () => {
      const [database] = databases;
      await ensureTables(database, MIGRATION);
      await database.transaction((tx) => tx.query("delete from dead_letters.letters"));
      store = letterStore(async () => database, LETTERS_MAX);
    });
    const kept = async () =>
      (await store.list({ before: null, limit: 10, state: null })).map((letter) => `${letter.eventId} ${letter.state}`);

    test("its table is there whatever history's migrations do, from two instances at once, and they change nothing of it", async () => {
      await Promise.all(databases.map((database) => ensureTables(database, MIGRATION)));
      await store.keep(event("1"), 10);
      await migrate(databases[0]);
      await Promise.all(databases.map((database) => ensureTables(database, MIGRATION)));
      expect(await kept()).toEqual(["1 waiting"]);
    });

    test("headers and bytes come back as they went in, whatever they are", async () => {
      const bytes = new Uint8Array(256).map((_, index) => index);
      const letter = readLetter({
        headers: { "ce-id": '"\\{},null', "ce-source": "ö\u0000", "ce-x": "'" },
        rawBody: bytes,
      });
      await store.keep(letter, 10);
      const [listed] = await store.list({ before: null, limit: 1, state: "waiting" });
      const { identity: _, ...said } = letter;
      const numbers = { letter: listed?.letter, bodyBytes: 256, firstMs: 10, lastMs: 10, arrivals: 1 };
      const whole = await store.show(listed?.letter ?? 0);
      expect(whole).toEqual({ ...said, ...numbers, body: Buffer.from(bytes), state: "waiting", settledMs: null });
    });

    test("an event refused again at one destination is one letter that counts; at another it is another", async () => {
      const error = { "ce-knativeerrordest": "http://a", "ce-knativeerrorcode": "500" };
      await store.keep(event("1", error), 10);
      await store.keep(event("1", { ...error, "ce-knativeerrorcode": "400" }), 20);
      await store.keep(event("1", { ...error, "ce-knativeerrordest": "http://b" }), 30);
      const letters = await store.list({ before: null, limit: 10, state: null });
      expect(letters.map((l) => [l.destination, l.errorCode, l.arrivals, l.firstMs, l.lastMs])).toEqual([
        ["http://b", 500, 1, 30, 30],
        ["http://a", 400, 2, 10, 20],
      ]);
    });

    test("the table is bounded: the oldest settled letters go first, then the oldest", async () => {
      for (const id of ["1", "2", "3", "4"]) expect(await store.keep(event(id), 1)).toEqual([]);
      const third = (await store.list({ before: null, limit: 10, state: null }))[1]?.letter ?? 0;
      await store.settle(third, "discarded", 2, async () => {});
      expect(await store.keep(event("5"), 3)).toEqual([third]);
      expect(await store.keep(event("6"), 3)).toHaveLength(1);
      expect(await kept()).toEqual(["6 waiting", "5 waiting", "4 waiting", "2 waiting"]);
    });

    test("a page goes on below a letter's number, and a state picks", async () => {
      for (const id of ["1", "2", "3"]) await store.keep(event(id), 1);
      const [newest, middle] = await store.list({ before: null, limit: 2, state: null });
      expect([newest?.eventId, middle?.eventId]).toEqual(["3", "2"]);
      const rest = await store.list({ before: middle?.letter ?? 0, limit: 2, state: null });
      expect(rest.map(({ eventId }) => eventId)).toEqual(["1"]);
      await store.settle(middle?.letter ?? 0, "replayed", 2, async () => {});
      const replayed = await store.list({ before: null, limit: 2, state: "replayed" });
      expect(replayed.map(({ eventId, settledMs }) => [eventId, settledMs])).toEqual([["2", 2]]);
    });

    test("a letter is settled once; what fails leaves it waiting; one that comes back meanwhile waits again", async () => {
      await store.keep(event("1"), 1);
      const letter = (await store.list({ before: null, limit: 1, state: null }))[0]?.letter ?? 0;
      const fails = store.settle(letter, "replayed", 2, () => Promise.reject(new Error("planted")));
      await expect(fails).rejects.toThrow("planted");
      expect(await kept()).toEqual(["1 waiting"]);
      const back = await store.settle(letter, "replayed", 3, async () => {
        await store.keep(event("1"), 3);
      });
      expect(back).toMatchObject({ state: "waiting", arrivals: 2 });
      let settled = 0;
      const settle = () =>
        store.settle(letter, "replayed", 4, async () => {
          settled += 1;
        });
      expect([await settle(), await settle(), settled]).toMatchObject([
        { state: "replayed" },
        { state: "replayed" },
        1,
      ]);
      expect(await store.settle(letter + 1, "replayed", 5, async () => {})).toBeNull();
    });
  });
}
