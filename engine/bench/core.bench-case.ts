/**
 * The core whole: credentials, checks, holds, matching, self-trade check, fees, ledger, events and their hash, and the
 * memory of a million command ids, as 200,000 commands a second with deadlines of 5 s leave it.
 */
import { Core } from "../core/core.ts";
import { ReferenceExchange } from "../sim/reference-exchange.ts";
import { CollectionCounter } from "./collections.ts";
import {
  CommandFlow,
  EXCHANGE_CORE_SHARES,
  type FlowOptions,
  PLACE_AND_CANCEL,
  setUpCommands,
} from "./command-flow.ts";
import { FramePlayer, recordsOf } from "./frame-player.ts";
import { DEADLINE_AHEAD_US, type Frame, FrameMaker, START_US } from "./frame-stream.ts";
import { median, rate, timed } from "./measure.ts";
import { type BenchLine, type BenchOptions, result } from "./result.ts";

const SEED = 1;
const ACCOUNTS = 1_000;
const RESTING = 1_000;
const PER_FRAME = 512;
const COMMANDS_PER_SECOND = 200_000;
/** Deadlines and a second: then what is forgotten keeps pace with what arrives. */
const WARM_COMMANDS = (COMMANDS_PER_SECOND * (DEADLINE_AHEAD_US + 2_000_000)) / 1_000_000;
const ROUNDS = 5;
const ROUND_COMMANDS = 300_000;
const PEER_NAME = "engine/sim's slow reference, objects and bigint";
const PEER_COMMANDS = 4_000;

const FLOWS = [
  { name: "place and cancel", shares: PLACE_AND_CANCEL },
  { name: "exchange-core's shares, a move being a cancel-replace", shares: EXCHANGE_CORE_SHARES },
];

export async function bench({ quick }: BenchOptions): Promise<readonly BenchLine[]> {
  const lines: BenchLine[] = [];
  for (const { name, shares } of FLOWS) {
    const options: FlowOptions = { seed: SEED, accounts: ACCOUNTS, restingOrders: RESTING, shares };
    lines.push(...(await benchFlow(name, options, quick)));
  }
  return lines;
}

async function benchFlow(name: string, options: FlowOptions, quick: boolean): Promise<readonly BenchLine[]> {
  const flow = new CommandFlow(options);
  const maker = new FrameMaker(COMMANDS_PER_SECOND);
  const setUp = maker.setUp(setUpCommands(ACCOUNTS));
  const next = () => flow.next();
  const warm = maker.frames(quick ? WARM_COMMANDS / 10 : WARM_COMMANDS, PER_FRAME, next);
  const rounds = Array.from({ length: ROUNDS }, () =>
    maker.frames(quick ? ROUND_COMMANDS / 10 : ROUND_COMMANDS, PER_FRAME, next),
  );
  const core = new Core({ ordersExpected: 2 * RESTING });
  const player = new FramePlayer(core);
  player.play([setUp, ...warm]);
  const ours = await playRounds(player, rounds);
  const { lastTradeId, book } = core.state.instruments[0]!;
  const peer = await benchReference(options, quick ? PEER_COMMANDS / 10 : PEER_COMMANDS);
  const measured = rounds.reduce((sum, frames) => sum + recordsOf(frames), 0);
  const { immediate, cancel, amend, replace } = options.shares;
  const sizes =
    `${ACCOUNTS} accounts, ${book.orders.live} resting, ${core.state.remembered.count.toLocaleString("en-US")} command ids remembered, ` +
    `${lastTradeId.toLocaleString("en-US")} trades; of 100 commands ${immediate} immediate, ${amend} amend, ${replace} cancel-replace, up to ${cancel} cancel, the rest place; seed ${SEED}`;
  return [
    result(`core whole, ${name}`, median(ours.perSecond), "commands/s", { name: PEER_NAME, value: peer.perSecond }, [
      `in the loop: all but reading the record; frames of ${PER_FRAME}`,
      sizes,
      `median of ${ROUNDS} rounds of ${recordsOf(rounds[0]!).toLocaleString("en-US")} after ${recordsOf(warm).toLocaleString("en-US")}`,
      `peer: ${peer.commands.toLocaleString("en-US")} commands of the same flow`,
    ]),
    result(
      `core whole, ${name}: collections`,
      ours.collections,
      "collections",
      { name: PEER_NAME, value: peer.collections },
      [
        `in ${measured.toLocaleString("en-US")} commands after warm-up; ${(ours.heapBytes / measured).toFixed(2)} bytes of heap a command`,
        `peer: in ${peer.commands.toLocaleString("en-US")} commands`,
      ],
    ),
  ];
}

async function playRounds(player: FramePlayer, rounds: readonly (readonly Frame[])[]) {
  const counter = new CollectionCounter();
  globalThis.gc?.();
  await counter.read();
  const perSecond: number[] = [];
  const heapBefore = process.memoryUsage().heapUsed;
  for (const frames of rounds) perSecond.push(rate(recordsOf(frames), player.play(frames)));
  const heapBytes = Math.max(0, process.memoryUsage().heapUsed - heapBefore);
  const collections = await counter.read();
  counter.stop();
  return { perSecond, collections, heapBytes };
}

async function benchReference(options: FlowOptions, commands: number) {
  const exchange = new ReferenceExchange();
  const flow = new CommandFlow(options);
  let made = 0;
  const envelope = (source: "trade" | "ops") => {
    const commandId = new Uint8Array(16);
    new DataView(commandId.buffer).setUint32(0, ++made);
    return { commandId, deadlineUs: START_US + DEADLINE_AHEAD_US, source };
  };
  for (const command of setUpCommands(options.accounts)) exchange.apply(command, envelope("ops"), START_US);
  for (let index = 0; index < options.restingOrders; index++) exchange.apply(flow.next(), envelope("trade"), START_US);
  const deliveries = Array.from({ length: commands }, () => ({ command: flow.next(), envelope: envelope("trade") }));
  const counter = new CollectionCounter();
  await counter.read();
  const elapsedMs = timed(() => {
    for (const delivery of deliveries) exchange.apply(delivery.command, delivery.envelope, START_US);
  });
  const collections = await counter.read();
  counter.stop();
  return { perSecond: rate(commands, elapsedMs), commands, collections };
}
