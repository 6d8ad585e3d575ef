/**
 * The report lines of the benchmark, as text and as its SHA-256.
 *
 * Sorted by sequence and then, stably, by type: `0,seq,side,id,price,quantity` accepted · `1,seq,price,quantity,makerId,
 * takerId` trade · `2,seq,side,id,price` cancelled, also what is left of an immediate-or-cancel · `3,seq,side,id,price,
 * quantity` modified · `4,seq,id` cancel refused · `5,seq,id` modify refused. Joined by `\n`, none behind the last.
 */
import { createHash } from "node:crypto";
import {
  ACCEPTED,
  ACCEPTED_REST_CANCELLED,
  CANCEL_REFUSED,
  CANCELLED,
  MODIFIED,
  MODIFY_REFUSED,
  type ReportLog,
  TRADE_WORDS,
} from "./report-log.ts";
import { ID_WORD, KIND_WORD, type MessageStream, PRICE_WORD, QUANTITY_WORD, RECORD_WORDS } from "./stream-reader.ts";

const CHUNK_BYTES = 1 << 20;
/** Six fields of at most 20 digits with their separators, and room to spare. */
const LINE_BYTES_MAX = 160;
const COMMA = 44;
const LINE_FEED = 10;
const ZERO = 48;

export interface ReportDigest {
  readonly sha256: string;
  readonly reports: number;
  readonly trades: number;
}

/** Hashes the text piece by piece; the whole of it is never in memory. */
export function digestReports(stream: MessageStream, log: ReportLog): ReportDigest {
  const hash = createHash("sha256");
  const counts = writeReports(stream, log, (chunk) => hash.update(chunk));
  return { sha256: hash.digest("hex"), ...counts };
}

export function reportLines(stream: MessageStream, log: ReportLog): string[] {
  let text = "";
  writeReports(stream, log, (chunk) => {
    text += new TextDecoder().decode(chunk);
  });
  return text === "" ? [] : text.split("\n");
}

function writeReports(stream: MessageStream, log: ReportLog, write: (chunk: Uint8Array) => void) {
  const { words, priceShift, idOf } = stream;
  const bytes = new Uint8Array(CHUNK_BYTES + LINE_BYTES_MAX);
  const digits = new Uint8Array(20);
  let end = 0;
  let reports = 0;
  let trade = 0;
  const wide = (value: bigint): void => {
    for (const digit of value.toString()) bytes[end++] = digit.charCodeAt(0);
  };
  const number = (value: number): void => {
    if (value < 0) {
      bytes[end++] = 45;
      value = -value;
    }
    let count = 0;
    do {
      const rest = Math.floor(value / 10);
      digits[count++] = ZERO + value - rest * 10;
      value = rest;
    } while (value !== 0);
    while (count > 0) bytes[end++] = digits[--count]!;
  };
  const field = (value: number): void => {
    bytes[end++] = COMMA;
    number(value);
  };
  const id = (value: number): void => {
    bytes[end++] = COMMA;
    if (idOf === null) number(value);
    else wide(idOf[value]!);
  };
  const line = (type: number, sequence: number): void => {
    if (reports > 0) bytes[end++] = LINE_FEED;
    if (end > CHUNK_BYTES) {
      write(bytes.subarray(0, end));
      end = 0;
    }
    reports += 1;
    bytes[end++] = ZERO + type;
    field(sequence);
  };
  for (let record = 0; record < stream.count; record++) {
    const at = record * RECORD_WORDS;
    const outcome = log.outcomes[record]!;
    const side = (words[at + KIND_WORD]! >>> 8) & 1;
    const orderId = words[at + ID_WORD]!;
    const price = words[at + PRICE_WORD]! + priceShift;
    const quantity = words[at + QUANTITY_WORD]! >>> 0;
    if (outcome === ACCEPTED || outcome === ACCEPTED_REST_CANCELLED) {
      line(0, record);
      field(side);
      id(orderId);
      field(price);
      field(quantity);
    }
    for (; trade < log.tradeEnds[record]!; trade++) {
      const row = trade * TRADE_WORDS;
      line(1, record);
      field(log.trades[row]! + priceShift);
      field(log.trades[row + 1]!);
      id(log.trades[row + 2]!);
      id(log.trades[row + 3]!);
    }
    if (outcome === ACCEPTED_REST_CANCELLED || outcome === CANCELLED) {
      line(2, record);
      field(outcome === CANCELLED ? log.sides[record]! : side);
      id(orderId);
      field(outcome === CANCELLED ? log.prices[record]! + priceShift : price);
    } else if (outcome === MODIFIED) {
      line(3, record);
      field(log.sides[record]!);
      id(orderId);
      field(price);
      field(quantity);
    } else if (outcome === CANCEL_REFUSED || outcome === MODIFY_REFUSED) {
      line(outcome === CANCEL_REFUSED ? 4 : 5, record);
      id(orderId);
    }
  }
  write(bytes.subarray(0, end));
  return { reports, trades: trade };
}
