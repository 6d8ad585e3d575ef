/**
 * Which order takes at a row: found by walking back over the rows of its command, because only a prevented self-trade asks.
 */
import { ROW } from "../core/event-log.ts";
import { assert } from "../domain/assert.ts";
import { ORDER_PHASES } from "../domain/order.ts";
import { rowLength, rowType } from "../protocol/event-decoder.ts";

const WORKING = ORDER_PHASES.indexOf("working");

/**
 * The newest order of an instrument that was taken in working, or activated to work, before a row; as
 * protocol/order-story.ts `beginsToTake` tells of events.
 *
 * @param start the first row of the command. Cost: a walk of its rows.
 */
export function takerBefore(rows: Float64Array, start: number, header: number, instrument: number): number {
  let orderId = 0;
  for (let row = start; row < header; row += rowLength(rows, row)) {
    const at = row + 1;
    if (rows[at] === instrument && isTaking(rows, row)) orderId = rows[at + 1]!;
  }
  assert(orderId !== 0, "what ends by a self-trade was met by a taker");
  return orderId;
}

function isTaking(rows: Float64Array, row: number): boolean {
  switch (rowType(rows, row)) {
    case ROW.orderAccepted:
      return true;
    case ROW.specialOrderAccepted:
      return rows[row + 1 + 18] === WORKING;
    case ROW.orderActivated:
      return rows[row + 1 + 3] === WORKING;
    default:
      return false;
  }
}
