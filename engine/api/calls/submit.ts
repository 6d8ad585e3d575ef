/**
 * How a signed call hands a command to the engine: stamped with its verified sender, its time checked once more.
 */
import type { Instrument } from "../../domain/instrument.ts";
import type { Credential, TradeCommand } from "../../protocol/commands.ts";
import type { Catalog, TradeReply } from "../../protocol/views.ts";
import { type ShapeContext, shapeContext } from "../order-shapes.ts";
import { timestampTooOld } from "../refusal.ts";
import type { SignedCall } from "./call.ts";

/** Checks the time, then hands over; tells of the order counts in the answer. @throws Refusal -1021; OperationalError */
export async function submit(call: SignedCall, command: TradeCommand): Promise<TradeReply> {
  if (call.deps.nowUs() > call.sender.deadlineUs) throw timestampTooOld();
  const reply = await call.deps.engine.submit(command, call.sender.deadlineUs);
  if ("orderCounts" in reply && reply.orderCounts !== undefined) call.noteOrderCounts(reply.orderCounts);
  return reply;
}

export function credential(call: SignedCall): Credential {
  return { account: call.sender.account, keyId: call.sender.keyId };
}

export function contextOf(call: SignedCall, catalog: Catalog, instrument: Instrument): ShapeContext {
  return shapeContext(catalog, instrument, call.unit);
}

/** An answer of a kind that the command cannot have: a fault of ours, reported and answered as -1000. */
export function misplaced(reply: TradeReply): Error {
  return new Error(`the engine answered ${reply.outcome} to another kind of command`);
}
