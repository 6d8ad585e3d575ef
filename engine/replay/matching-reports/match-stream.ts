/**
 * A stream of orders through the core's book, straight from the typed view: the loop that is measured.
 *
 * New: match, then rest what is left, unless immediate-or-cancel. Cancel: remove. Modify: remove, then enter again with
 * the new price and the new full quantity, last in its queue, where it may trade. What names no resting order is refused.
 * A new order with an id that still rests has no meaning in the benchmark and is left out (EXCLUDED).
 */
import { Book, NO_SELF_TRADE_CHECK, STEP_DOUBLES, STEP_FILL } from "../../core/book.ts";
import { flagsOf } from "../../core/order-table.ts";
import { CLIENT_ORDER_ID_WORDS } from "../../domain/client-order-id.ts";
import { ORDER_TYPES, TIMES_IN_FORCE } from "../../domain/order.ts";
import {
  ACCEPTED,
  ACCEPTED_REST_CANCELLED,
  CANCEL_REFUSED,
  CANCELLED,
  MODIFIED,
  MODIFY_REFUSED,
  makeReportLog,
  type ReportLog,
  TRADE_WORDS,
  withRoom,
} from "./report-log.ts";
import {
  CANCEL,
  ID_WORD,
  KIND_WORD,
  type MessageStream,
  NEW,
  PRICE_WORD,
  QUANTITY_WORD,
  RECORD_WORDS,
} from "./stream-reader.ts";

const ACCOUNT = 1;
const STEP_KIND_MASK = 3;
const SIDE_FLAGS = [
  flagsOf(0, ORDER_TYPES.indexOf("limit"), TIMES_IN_FORCE.indexOf("gtc"), NO_SELF_TRADE_CHECK),
  flagsOf(1, ORDER_TYPES.indexOf("limit"), TIMES_IN_FORCE.indexOf("gtc"), NO_SELF_TRADE_CHECK),
] as const;

/** @param book an empty one. */
export function matchStream(
  stream: MessageStream,
  book: Book = new Book(),
  log = makeReportLog(stream.count),
): ReportLog {
  const { words, count } = stream;
  const { outcomes, sides, prices, tradeEnds } = log;
  const orders = book.orders;
  const client = new Uint32Array(CLIENT_ORDER_ID_WORDS);
  let trades = log.trades;
  let tradeCount = 0;
  for (let record = 0; record < count; record++) {
    const at = record * RECORD_WORDS;
    const kind = words[at + KIND_WORD]!;
    const id = words[at + ID_WORD]!;
    const slot = orders.slotOf(id);
    const type = kind & 0xff;
    let side = (kind >>> 8) & 1;
    if (type === NEW) {
      if (slot !== 0) {
        tradeEnds[record] = tradeCount;
        continue;
      }
      outcomes[record] = ACCEPTED;
    } else {
      if (slot === 0) {
        outcomes[record] = type === CANCEL ? CANCEL_REFUSED : MODIFY_REFUSED;
        tradeEnds[record] = tradeCount;
        continue;
      }
      side = orders.side(slot);
      sides[record] = side;
      if (type === CANCEL) {
        outcomes[record] = CANCELLED;
        prices[record] = book.priceOf(slot);
        book.remove(slot);
        tradeEnds[record] = tradeCount;
        continue;
      }
      outcomes[record] = MODIFIED;
      book.remove(slot);
    }
    const price = words[at + PRICE_WORD]!;
    const quantity = words[at + QUANTITY_WORD]! >>> 0;
    const left = book.crosses(side, price) ? book.match(side, price, quantity, ACCOUNT, NO_SELF_TRADE_CHECK) : quantity;
    if (left !== quantity) {
      const steps = book.steps;
      const end = book.stepCount * STEP_DOUBLES;
      for (let step = 0; step < end; step += STEP_DOUBLES) {
        const head = steps[step]!;
        if ((head & STEP_KIND_MASK) !== STEP_FILL) continue;
        let row = tradeCount * TRADE_WORDS;
        if (row === trades.length) trades = withRoom(trades);
        trades[row++] = steps[step + 1]!;
        trades[row++] = steps[step + 2]!;
        trades[row++] = orders.orderId(head >>> 2);
        trades[row] = id;
        tradeCount += 1;
      }
    }
    if (left !== 0) {
      if (type === NEW && ((kind >>> 16) & 0xff) !== 0) {
        outcomes[record] = ACCEPTED_REST_CANCELLED;
      } else {
        client[0] = id;
        book.rest(id, ACCOUNT, SIDE_FLAGS[side]!, price, quantity, left, client, 0);
      }
    }
    tradeEnds[record] = tradeCount;
  }
  log.trades = trades;
  return log;
}
