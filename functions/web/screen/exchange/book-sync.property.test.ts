/**
 * A book by BookSync beside a server that remembers every one of its states: whatever is lost, doubled, late or refused on the
 * way, a book that calls itself live is exactly the server's at that update id. The model shares no code with what it checks.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { BookSync, type DepthChange, type DepthSnapshot } from "./book-sync.ts";
import type { Level } from "./contract.ts";

const LEVELS_ASKED = 4;
const TICKS_MAX = 12;

type Side = "bids" | "asks";
type State = Readonly<Record<Side, ReadonlyMap<number, number>>>;

const level = (ticks: number, lots: number): Level => ({ price: `${ticks}`, quantity: `${lots}`, ticks, lots });
const best = (state: State, side: Side): readonly Level[] =>
  [...state[side]].sort(([a], [b]) => (side === "bids" ? b - a : a - b)).map(([ticks, lots]) => level(ticks, lots));

/** The exchange: a state per update id, and events that cover what has changed since the last one. */
class Server {
  readonly states: State[] = [{ bids: new Map(), asks: new Map() }];
  readonly wire: DepthChange[] = [];
  #pending: Record<Side, Map<number, number>> = { bids: new Map(), asks: new Map() };
  #toldId = 0;

  get updateId(): number {
    return this.states.length - 1;
  }

  change(side: Side, ticks: number, lots: number): void {
    const before = this.states[this.updateId]!;
    const levels = new Map(before[side]);
    if (lots === 0) levels.delete(ticks);
    else levels.set(ticks, lots);
    this.states.push({ ...before, [side]: levels });
    this.#pending[side].set(ticks, lots);
  }

  emit(): void {
    if (this.#toldId === this.updateId) return;
    const changed = (side: Side): Level[] => [...this.#pending[side]].map(([ticks, lots]) => level(ticks, lots));
    this.wire.push({
      firstUpdateId: this.#toldId + 1,
      lastUpdateId: this.updateId,
      bids: changed("bids"),
      asks: changed("asks"),
    });
    this.#toldId = this.updateId;
    this.#pending = { bids: new Map(), asks: new Map() };
  }

  snapshot(updateId: number): DepthSnapshot {
    const state = this.states[updateId]!;
    return {
      lastUpdateId: updateId,
      bids: best(state, "bids").slice(0, LEVELS_ASKED),
      asks: best(state, "asks").slice(0, LEVELS_ASKED),
    };
  }
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("change" as const),
      side: fc.constantFrom<Side>("bids", "asks"),
      ticks: fc.integer({ min: 1, max: TICKS_MAX }),
      lots: fc.integer({ min: 0, max: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ kind: "emit" as const }) },
  { weight: 6, arbitrary: fc.constant({ kind: "deliver" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "lose" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "double" as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("ask" as const), staleBy: fc.integer({ min: 0, max: 4 }) }) },
  { weight: 3, arbitrary: fc.constant({ kind: "answer" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "refuse" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "reconnect" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "away" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "renew" as const }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A client of that server, told what happens. A snapshot under way is forgotten when the stream begins anew. */
class Session {
  readonly server = new Server();
  readonly sync = new BookSync(LEVELS_ASKED);
  #underWay: DepthSnapshot | null = null;
  #isHeard = true;

  constructor() {
    this.sync.begin();
  }

  run(next: Step): void {
    const { server, sync } = this;
    switch (next.kind) {
      case "change":
        server.change(next.side, next.ticks, next.lots);
        break;
      case "emit":
        server.emit();
        break;
      case "deliver":
        this.#hear(server.wire.shift());
        break;
      case "lose":
        server.wire.shift();
        break;
      case "double":
        this.#hear(server.wire[0]);
        break;
      case "ask":
        if (this.#isHeard && sync.needsSnapshot) {
          this.#underWay = server.snapshot(Math.max(0, server.updateId - next.staleBy));
        }
        break;
      case "answer":
        if (this.#underWay !== null) sync.join(this.#underWay);
        this.#underWay = null;
        break;
      case "refuse":
        this.#underWay = null;
        break;
      case "reconnect":
        this.#begin();
        break;
      case "away":
        this.#isHeard = false;
        this.#underWay = null;
        sync.lose();
        break;
      case "renew":
        if (this.#isHeard && sync.freshness === "live") sync.renew();
        break;
    }
  }

  /** Nothing goes wrong any more: everything arrives, and the snapshot is of now. */
  heal(): void {
    if (!this.#isHeard) this.#begin();
    for (let round = 1; round <= 3; round++) {
      // What was lost at the very end shows at the next change.
      this.server.change("bids", 1, round);
      this.server.emit();
      while (this.server.wire.length > 0) this.#hear(this.server.wire.shift());
      if (this.sync.needsSnapshot) this.sync.join(this.server.snapshot(this.server.updateId));
    }
  }

  /** What the server's book was at the book's own update id, as far down as the book shows it. */
  expected(): unknown {
    const state = this.server.states[this.sync.lastUpdateId]!;
    const { bids, asks } = this.shown();
    return {
      bids: best(state, "bids").slice(0, bids.length),
      asks: best(state, "asks").slice(0, asks.length),
    };
  }

  shown(): { readonly bids: readonly Level[]; readonly asks: readonly Level[] } {
    return { bids: this.sync.bids(), asks: this.sync.asks() };
  }

  #begin(): void {
    this.server.emit();
    this.server.wire.length = 0;
    this.#underWay = null;
    this.#isHeard = true;
    this.sync.begin();
  }

  #hear(change: DepthChange | undefined): void {
    if (change !== undefined && this.#isHeard) this.sync.change(change);
  }
}

test("I42: a book that is live is the server's at its update id, whatever was lost, doubled, late or refused", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const session = new Session();
      for (const next of steps) {
        session.run(next);
        if (session.sync.freshness === "live") expect(session.shown()).toEqual(session.expected());
      }
    }),
    { numRuns: 1_500 },
  );
});

test("when nothing goes wrong any more the book is live, current, and as deep as was asked", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const session = new Session();
      for (const next of steps) session.run(next);
      session.heal();
      const { server, sync } = session;
      expect([sync.freshness, sync.lastUpdateId]).toEqual(["live", server.updateId]);
      expect(session.shown()).toEqual(session.expected());
    }),
    { numRuns: 1_500 },
  );
});
