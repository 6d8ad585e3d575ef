/** Hostile input to the reader of CloudEvents: whatever arrives, it is an event of sound attributes or a MalformedEvent. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { readCloudEvent } from "./cloud-event-in.ts";
import { MalformedEvent } from "./event-json.ts";

const LIMITS = { bodyBytesMax: 64 * 1024, dataBytesMax: 16 * 1024 };

const NAMES = [
  "content-type",
  "Content-Type",
  "ce-specversion",
  "ce-id",
  "CE-Id",
  "ce-source",
  "ce-type",
  "ce-time",
  "ce-traceparent",
  "ce-__proto__",
  "__proto__",
  "traceparent",
  "x-goog-pubsub-message-id",
  "x-goog-pubsub-subscription-name",
  "x-goog-pubsub-ordering-key",
  "x-goog-pubsub-surprise",
];
const VALUES = [
  "1.0",
  "i-1",
  "/source",
  "a.type",
  "",
  "application/json",
  "application/cloudevents+json",
  "application/cloudevents-batch+json",
  "application/x-www-form-urlencoded",
  "2026-11-21T05:00:00Z",
];
const text = fc.oneof(fc.constantFrom(...VALUES), fc.string({ unit: "binary", maxLength: 40 }));
const headers = fc
  .array(fc.tuple(fc.constantFrom(...NAMES), fc.oneof(text, fc.array(text, { maxLength: 2 }))), { maxLength: 10 })
  .map((pairs) => Object.fromEntries(pairs));

const FIELDS = [
  "specversion",
  "id",
  "source",
  "type",
  "time",
  "data",
  "data_base64",
  "datacontenttype",
  "message",
  "attributes",
  "messageId",
  "subscription",
  "deliveryAttempt",
  "__proto__",
  "constructor",
];
const { value: json } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    text,
    fc.constantFrom(null, true, 0, -1, 1e308),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(fc.tuple(fc.constantFrom(...FIELDS), tie("value")), { maxLength: 6 }).map(Object.fromEntries),
  ),
}));
const body = fc.oneof(
  json.map((value) => Buffer.from(JSON.stringify(value))),
  fc.uint8Array({ maxLength: 200 }),
);

test("whatever arrives is an event with sound attributes, or refused as malformed", () => {
  fc.assert(
    fc.property(headers, body, (sent, rawBody) => {
      try {
        const event = readCloudEvent({ headers: sent, rawBody }, LIMITS);
        for (const value of [event.id, event.source, event.type]) expect(value).toMatch(/^[\x20-\x7e]{1,1024}$/);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedEvent);
      }
    }),
    { numRuns: 3_000 },
  );
});

test("an event that is well-formed but for one header or field is read or refused, never misread", () => {
  const good = { "ce-specversion": "1.0", "ce-id": "i", "ce-source": "/s", "ce-type": "t" };
  fc.assert(
    fc.property(fc.constantFrom(...NAMES), text, json, (name, value, data) => {
      const sent: Record<string, string> = { ...good, "content-type": "application/json" };
      sent[name] = value;
      try {
        const event = readCloudEvent({ headers: sent, rawBody: Buffer.from(JSON.stringify(data)) }, LIMITS);
        if (!/^(ce-(id|source|type)|content-type)$/i.test(name)) expect([event.id, event.source]).toEqual(["i", "/s"]);
        if (event.push === null && !/cloudevents/.test(value))
          expect(event.data).toEqual(JSON.parse(JSON.stringify(data)));
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedEvent);
      }
    }),
    { numRuns: 2_000 },
  );
});
