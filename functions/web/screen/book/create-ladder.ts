/** The ladder as signals: both sides as rungs, and what is true of both together. */
import { type Accessor, createMemo } from "solid-js";
import type { BookSnapshot } from "../exchange/contract.ts";
import { useExchange } from "../exchange/exchange-context.tsx";
import type { Scale } from "../trade/scale.ts";
import type { SumAsset } from "./book-settings.ts";
import { type Rung, rungsOf, type Side } from "./ladder.ts";
import type { Shown } from "./ladder-keys.ts";
import { type OwnLevel, ownLevels } from "./own-levels.ts";

export interface LadderInput {
  readonly book: BookSnapshot | null;
  readonly scale: Scale | null;
  readonly groupTicks: number;
  readonly sumAsset: SumAsset;
}

export interface SideDrawing {
  /** Of symbol and grouping: with another one nothing is compared. */
  readonly of: string;
  /** Counts up; a rung with this number has just changed. */
  readonly drawing: number;
  /** Best first. */
  readonly rungs: readonly Rung[];
}

export interface Ladder {
  readonly asks: Accessor<SideDrawing>;
  readonly bids: Accessor<SideDrawing>;
  readonly shown: Accessor<Shown>;
  /** The greatest sum on the ladder, in lots, or ticks × lots where the quote is shown: a full bar. */
  readonly most: Accessor<bigint>;
  readonly own: Readonly<Record<Side, Accessor<ReadonlyMap<number, OwnLevel>>>>;
}

const NONE: SideDrawing = { of: "", drawing: 0, rungs: [] };
const NO_OWN: ReadonlyMap<number, OwnLevel> = new Map();

/** @param input read where it is used: its getters are tracked. @param rows how many each side may have. */
export function createLadder(input: LadderInput, rows: Accessor<Shown>): Ladder {
  const { account } = useExchange();
  const drawn = (side: Side): Accessor<SideDrawing> =>
    createMemo((before: SideDrawing) => {
      const { book, groupTicks } = input;
      if (book === null) return NONE;
      const of = `${book.symbol} ${groupTicks}`;
      const drawing = before.drawing + 1;
      const known = before.of === of ? before.rungs : [];
      return { of, drawing, rungs: rungsOf(side, book[side], groupTicks, rows()[side], known, drawing) };
    }, NONE);
  const own = (side: Side): Accessor<ReadonlyMap<number, OwnLevel>> => {
    const symbol = createMemo(() => input.book?.symbol ?? "");
    return createMemo(() =>
      input.scale === null ? NO_OWN : ownLevels(account.openOrders(), symbol(), side, input.groupTicks, input.scale),
    );
  };
  const asks = drawn("asks");
  const bids = drawn("bids");
  const most = createMemo(() => {
    const ofAsks = sumAt(asks(), input.sumAsset);
    const ofBids = sumAt(bids(), input.sumAsset);
    if (ofAsks > ofBids) return ofAsks;
    return ofBids;
  });
  const shown = createMemo(() => ({ asks: asks().rungs.length, bids: bids().rungs.length }), undefined, {
    equals: (one, other) => one.asks === other.asks && one.bids === other.bids,
  });
  return { asks, bids, shown, most, own: { asks: own("asks"), bids: own("bids") } };
}

function sumAt({ rungs }: SideDrawing, sumAsset: SumAsset): bigint {
  const last = rungs.at(-1);
  if (last === undefined) return 0n;
  return sumAsset === "base" ? last.sumLots : last.sumCost;
}
