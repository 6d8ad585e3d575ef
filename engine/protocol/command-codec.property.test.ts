/** The binary form of commands: what is read is what was written, whatever stood in the buffer or the record before. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { COMMAND, Command } from "../core/command.ts";
import { CommandStream } from "../sim/commands.ts";
import { PROFILES } from "../sim/profiles.ts";
import { SPECIAL_PROFILES } from "../sim/profiles-special.ts";
import { encodeCommand, RECORD_HEADER_BYTES, RecordReader, RecordWriter, toRecord } from "./command-codec.ts";
import type { CommandEnvelope, EngineCommand } from "./commands.ts";

const COMMANDS = 400;
const ALL = [...PROFILES, ...SPECIAL_PROFILES];

function deliveries(seed: number): { command: EngineCommand; envelope: CommandEnvelope }[] {
  const stream = new CommandStream(seed, ALL[seed % ALL.length]!);
  return Array.from({ length: COMMANDS }, () => stream.next());
}

/** What of a record has a meaning: not all of it to an operator's command or a list, and of legs those that are counted. */
function meaningOf(record: Command): object {
  const { type, source, deadlineUs, operator, account, keyId, instrument, clientId, contingency, legCount } = record;
  const envelope = { type, source, deadlineUs };
  if (operator !== null) return { ...envelope, operator };
  const legs = record.legs.slice(0, legCount).map((leg) => ({ ...leg, deadlineUs: 0, source: 0, legs: [] }));
  if (type === COMMAND.placeOrderList) return { ...envelope, account, keyId, instrument, clientId, contingency, legs };
  return { ...record, contingency: 0, legCount: 0, legs: [] };
}

const seed = fc.nat({ max: 2 ** 31 });

test("a frame of commands is read back as it was written, by a reader and into a record that have been used before", () => {
  fc.assert(
    fc.property(seed, (drawn) => {
      const written = deliveries(drawn);
      const writer = new RecordWriter(64);
      for (const { command, envelope } of written) writer.write(toRecord(command, envelope, new Command()));
      const reader = new RecordReader();
      const record = toRecord(written.at(-1)!.command, written.at(-1)!.envelope, new Command());
      reader.open(writer.bytes());
      for (const { command, envelope } of written) {
        reader.next(record);
        const due = toRecord(command, envelope, new Command());
        expect(meaningOf(record)).toEqual(meaningOf(due));
        expect(record.commandId).toEqual(due.commandId);
      }
      expect([reader.atEnd, writer.count]).toEqual([true, written.length]);
    }),
    { numRuns: 40 },
  );
});

test("records are a multiple of eight bytes, can be passed over unread, and be written as they are", () => {
  fc.assert(
    fc.property(seed, (drawn) => {
      const written = deliveries(drawn).slice(0, 50);
      const writer = new RecordWriter(64);
      const copies = new RecordWriter(64);
      const ends: number[] = [];
      for (const { command, envelope } of written) {
        writer.write(toRecord(command, envelope, new Command()));
        ends.push(writer.length);
        const encoded = encodeCommand(command, envelope);
        expect([encoded.length % 8, encoded.length >= RECORD_HEADER_BYTES]).toEqual([0, true]);
        copies.writeEncoded(encoded);
      }
      expect(Buffer.from(copies.bytes()).equals(writer.bytes())).toBe(true);
      const reader = new RecordReader();
      reader.open(writer.bytes());
      for (const end of ends) {
        reader.skip();
        expect(reader.offset).toBe(end);
      }
    }),
    { numRuns: 40 },
  );
});

test("a record that would reach beyond its frame is our own fault", () => {
  const { command, envelope } = deliveries(1)[0]!;
  const bytes = Buffer.from(encodeCommand(command, envelope));
  for (const length of [0, RECORD_HEADER_BYTES - 8, bytes.length + 8]) {
    bytes.writeUInt32LE(length, 0);
    const reader = new RecordReader();
    reader.open(bytes);
    expect(() => reader.next(new Command())).toThrow("a record lies within its frame");
    expect(() => reader.skip()).toThrow("a record lies within its frame");
  }
});

test("a price beyond 32 bits is refused by every filter, not taken for another price", () => {
  const { command, envelope } = deliveries(1).find((each) => each.command.type === "place_order")!;
  for (const priceTicks of [2 ** 31, 2 ** 32 + 100, -(2 ** 32) + 100, 0.5]) {
    const reader = new RecordReader();
    const record = new Command();
    reader.open(encodeCommand({ ...command, priceTicks } as EngineCommand, envelope));
    reader.next(record);
    expect(record.priceTicks).toBe(-1);
  }
});
