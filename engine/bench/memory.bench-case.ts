/**
 * Bytes that a resting order takes in the core, everything counted that grows with the book: slots, client ids, the chains'
 * buckets, id pages, account lists, price levels.
 */
import { Core } from "../core/core.ts";
import { CommandFlow, PLACE_AND_CANCEL, setUpCommands } from "./command-flow.ts";
import { FramePlayer } from "./frame-player.ts";
import { FrameMaker } from "./frame-stream.ts";
import { type BenchLine, type BenchOptions, result } from "./result.ts";

const SEED = 1;
const ACCOUNTS = 1_000;
const RESTING = 1_000_000;
const PER_FRAME = 1_000;
const COMMANDS_PER_SECOND = 200_000;

/** As plain JavaScript would have it: an object an order, found by its id and by its client's. */
interface PlainOrder {
  readonly orderId: number;
  readonly account: number;
  readonly clientOrderId: string;
  readonly side: string;
  readonly priceTicks: number;
  readonly quantityLots: bigint;
  remainingLots: bigint;
}

export async function bench({ quick }: BenchOptions): Promise<readonly BenchLine[]> {
  const orders = quick ? RESTING / 10 : RESTING;
  const { core, resting } = restingBook(orders);
  const { book } = core.state.instruments[0]!;
  const bytes = book.orders.byteLength() + book.index.byteLength();
  return [
    result(
      "memory of a resting order",
      bytes / resting,
      "bytes",
      { name: "objects in two Maps", value: plainBytes(resting) },
      [
        `${resting.toLocaleString("en-US")} resting, client order ids of 22 characters, ${ACCOUNTS} accounts, memory taken for ${orders.toLocaleString("en-US")} orders at once`,
        `${(book.orders.byteLength() / resting).toFixed(1)} for the order and its three indexes, ${(book.index.byteLength() / resting).toFixed(1)} for price levels`,
        "peer: heap used, after a collection",
      ],
    ),
  ];
}

function restingBook(orders: number) {
  const flow = new CommandFlow({ seed: SEED, accounts: ACCOUNTS, restingOrders: orders, shares: PLACE_AND_CANCEL });
  const maker = new FrameMaker(COMMANDS_PER_SECOND);
  const core = new Core({ ordersExpected: orders });
  const player = new FramePlayer(core);
  player.play([maker.setUp(setUpCommands(ACCOUNTS))]);
  while (core.state.instruments[0]!.book.orders.live < orders * 0.98)
    player.play([maker.frame(PER_FRAME, () => flow.next())]);
  return { core, resting: core.state.instruments[0]!.book.orders.live };
}

function plainBytes(orders: number): number {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const byId = new Map<number, PlainOrder>();
  const byClientId = new Map<string, PlainOrder>();
  for (let orderId = 1; orderId <= orders; orderId++) {
    const order: PlainOrder = {
      orderId,
      account: orderId % ACCOUNTS,
      clientOrderId: Buffer.from(String(orderId).padStart(22, "x")).toString("latin1"),
      side: "buy",
      priceTicks: 5_000_000 + (orderId % 5_000),
      quantityLots: BigInt(1 + (orderId % 100)),
      remainingLots: BigInt(1 + (orderId % 100)),
    };
    byId.set(orderId, order);
    byClientId.set(order.clientOrderId, order);
  }
  globalThis.gc?.();
  const bytes = process.memoryUsage().heapUsed - before;
  return (bytes * byId.size) / (byClientId.size * orders);
}
