/** The frame's codec: round trip, and that no single damage passes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeHeader, encodeFrame, type FrameFields, frameSpan, payloadIsWhole, toDecodedFrame } from "./frame.ts";

const uint32 = fc.nat({ max: 2 ** 32 - 1 });
const uint53 = fc.maxSafeNat();
const fields: fc.Arbitrary<FrameFields> = fc.record({
  kind: fc.constantFrom("records", "seal", "start", "void"),
  recordCount: fc.nat({ max: 65_535 }),
  epoch: uint32,
  firstRecord: uint53,
  firstEventSeq: uint53,
  timeUs: uint53,
  previous: fc.record({ header: uint32, payload: uint32 }),
  eventHash: fc.record({ hi: uint32, lo: uint32 }),
  eventsKnown: fc.boolean(),
});
const place = fc.record({
  segment: fc.integer({ min: 1, max: 1e8 - 1 }),
  offset: fc.nat({ max: 2 ** 24 }).map((n) => n * 64),
});
const payload = fc.uint8Array({ maxLength: 300 });

test("a frame reads back as it was written, at its place, from a buffer that held something else", () => {
  fc.assert(
    fc.property(fields, place, payload, (written, at, bytes) => {
      const image = Buffer.alloc(frameSpan(bytes.byteLength) + 64, 0xaa);
      const hash = encodeFrame(image, at, written, bytes);
      const header = decodeHeader(image, 0, at);
      expect(header).toEqual({ ...written, payloadBytes: bytes.byteLength, hash });
      if (header === null) return;
      const { previous: _, ...rest } = written;
      expect(payloadIsWhole(image, 0, header)).toBe(true);
      expect(toDecodedFrame(image, 0, header)).toEqual({ ...rest, payload: Buffer.from(bytes) });
      expect(image.subarray(frameSpan(bytes.byteLength))).toEqual(Buffer.alloc(64, 0xaa));
    }),
  );
});

test("a frame with any one bit flipped, in header, payload or padding, is not valid", () => {
  fc.assert(
    fc.property(fields, place, payload, fc.nat(), (written, at, bytes, chosen) => {
      const image = Buffer.alloc(frameSpan(bytes.byteLength));
      encodeFrame(image, at, written, bytes);
      const bit = chosen % (image.byteLength * 8);
      image[bit >> 3] = (image[bit >> 3] as number) ^ (1 << (bit & 7));
      const header = decodeHeader(image, 0, at);
      expect(header !== null && payloadIsWhole(image, 0, header)).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

test("a frame is not valid at another place than the one it was written for", () => {
  fc.assert(
    fc.property(fields, place, payload, fc.integer({ min: 1, max: 1000 }), (written, at, bytes, blocks) => {
      const image = Buffer.alloc(frameSpan(bytes.byteLength));
      encodeFrame(image, at, written, bytes);
      expect(decodeHeader(image, 0, { ...at, offset: at.offset + 64 * blocks })).toBeNull();
      expect(decodeHeader(image, 0, { ...at, segment: at.segment + blocks })).toBeNull();
    }),
  );
});
