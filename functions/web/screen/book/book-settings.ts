/** What a person sets on the order book, kept on this device. */
import { oneOf, preference } from "../shell/preferences.ts";

export const BOOK_VIEWS = ["both", "bids", "asks"] as const;
export type BookView = (typeof BOOK_VIEWS)[number];
/** Ticks per row. */
export const GROUPS = [1, 10, 100] as const;
export type GroupTicks = (typeof GROUPS)[number];
export type SumAsset = "base" | "quote";

export const [bookView, setBookView] = preference<BookView>("book-view", "both", oneOf(...BOOK_VIEWS));
export const [groupTicks, setGroupTicks] = preference<GroupTicks>("book-group", 1, isGroup);
export const [sumAsset, setSumAsset] = preference<SumAsset>("book-sum", "base", oneOf("base", "quote"));

function isGroup(value: unknown): value is GroupTicks {
  return (GROUPS as readonly unknown[]).includes(value);
}
