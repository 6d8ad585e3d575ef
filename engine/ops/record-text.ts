/** A journal record as one line for an operator: the command, its id and deadline. Prices in ticks, quantities in lots. */
import { COMMAND, Command, REPLACE_ALLOW_FAILURE, SELF_TRADE_DEFAULT, SOURCE_OPS } from "../core/command.ts";
import { toBigInt } from "../core/wide.ts";
import { unpackClientOrderId } from "../domain/client-order-id.ts";
import { CANCEL_RESTRICTIONS, ORDER_TYPES, SELF_TRADE_MODES, SIDES, TIMES_IN_FORCE } from "../domain/order.ts";
import type { RecordText } from "../journal/operator.ts";
import { RecordReader, type SourceEpoch } from "../protocol/command-codec.ts";

export const RECORD_TEXT: RecordText = {
  splitRecords(payload) {
    const reader = new RecordReader();
    const records: Uint8Array[] = [];
    reader.open(payload);
    while (!reader.atEnd) {
      const start = reader.offset;
      reader.skip();
      records.push(payload.subarray(start, reader.offset));
    }
    return records;
  },
  describeRecord(bytes) {
    const reader = new RecordReader();
    const record = new Command();
    reader.open(bytes);
    try {
      reader.next(record);
    } catch (error) {
      // That may be why the engine stopped at it: it is shown as it lies there.
      return `not readable (${(error as Error).message}): ${Buffer.from(bytes).toString("hex")}`;
    }
    if (record.type === COMMAND.sourceEpoch) return sourceEpochText(reader.sourceEpoch());
    return `${commandText(record)} ${envelopeText(record)}${positionText(reader)}`;
  },
};

function envelopeText(record: Command): string {
  const source = record.source === SOURCE_OPS ? "ops" : "trade";
  const id = Buffer.from(record.commandId.buffer, record.commandId.byteOffset, 16).toString("hex");
  return `source=${source} id=${id} deadlineUs=${record.deadlineUs}`;
}

function positionText({ sourceMs, sourceCounter }: RecordReader): string {
  return sourceMs === 0 && sourceCounter === 0 ? "" : ` position=${sourceMs}-${sourceCounter}`;
}

function sourceEpochText({ stream, runId, replicationId }: SourceEpoch): string {
  return `source_epoch stream=${stream} runId=${runId} replicationId=${replicationId}`;
}

function commandText(record: Command): string {
  const sender = `account=${record.account} key=${record.keyId} instrument=${record.instrument}`;
  const clientId = unpackClientOrderId(record.clientId, 0);
  const origClientId = unpackClientOrderId(record.origClientId, 0);
  const target = `order=${record.orderId} origClientId=${origClientId}`;
  const restriction = `restriction=${CANCEL_RESTRICTIONS[record.restriction]}`;
  switch (record.type) {
    case COMMAND.tick:
      return "tick";
    case COMMAND.placeOrder:
      return `place_order ${sender} ${orderText(record)} clientId=${clientId}`;
    case COMMAND.cancelOrder:
      return `cancel_order ${sender} ${target} ${restriction}`;
    case COMMAND.cancelAll:
      return `cancel_all ${sender}`;
    case COMMAND.cancelReplace: {
      const mode = record.replaceMode === REPLACE_ALLOW_FAILURE ? "allow_failure" : "stop_on_failure";
      return `cancel_replace ${sender} ${target} ${restriction} mode=${mode} ${orderText(record)} clientId=${clientId}`;
    }
    case COMMAND.amendOrder:
      return `amend_order ${sender} ${target} quantityLots=${record.quantityLots} clientId=${clientId}`;
    case COMMAND.operator:
      return operatorText(record);
    default:
      return `command of type ${record.type}, which this version does not know`;
  }
}

function orderText(record: Command): string {
  const mode = record.selfTradeMode === SELF_TRADE_DEFAULT ? "default" : SELF_TRADE_MODES[record.selfTradeMode];
  const words = `${SIDES[record.side]} ${ORDER_TYPES[record.orderType]} ${TIMES_IN_FORCE[record.timeInForce]}`;
  const quoteAtoms = toBigInt(record.quote[0] ?? 0, record.quote[1] ?? 0);
  return (
    `${words} priceTicks=${record.priceTicks} quantityLots=${record.quantityLots} ` +
    `quoteAtoms=${quoteAtoms} selfTrade=${mode}`
  );
}

/** As the journal has it, but for a key's material: sealed or not, it is nobody's to read. */
function operatorText(record: Command): string {
  const { type, ...rest } = record.operator ?? { type: "nothing" };
  const shown = JSON.stringify(rest, (name, value: unknown) =>
    name === "material" ? "(not shown)" : typeof value === "bigint" ? String(value) : value,
  );
  return `${type} ${shown}`;
}
