/** A replay that runs beside the live engine may be ahead of it; the read port is not. */
import { expect, test } from "vitest";
import { newExchange } from "../sim/small-exchange.ts";
import type { EventHistory } from "./event-history.ts";
import { EventRetention } from "./event-retention.ts";
import type { EngineMachine } from "./machine.ts";
import { ReadPort } from "./read-port.ts";

test("events of a frame that the journal holds and the engine has not applied are not handed out yet", async () => {
  const { engine } = await newExchange();
  const { headSeq } = engine.stats();
  const { retention } = engine as unknown as { readonly retention: EventRetention };
  const behind = headSeq - 4;
  const state = { events: { nextSeq: behind + 1 } };
  // FAKES: an engine that has applied less than its journal holds, and a history that holds it all.
  const machine = { core: { state } } as unknown as EngineMachine;
  const history = { page: async () => retention.from(1) } as unknown as EventHistory;
  const port = new ReadPort(machine, new EventRetention(headSeq + 1), history);
  const early = await port.eventsSince(1, 1_000);
  expect([early.events.at(-1)?.seq, early.nextSeq, early.headSeq]).toEqual([behind, behind + 1, behind]);
  state.events.nextSeq = headSeq + 1;
  const rest = await port.eventsSince(early.nextSeq, 1_000);
  expect([rest.events[0]?.seq, rest.nextSeq, rest.headSeq]).toEqual([behind + 1, headSeq + 1, headSeq]);
  await engine.close();
});
