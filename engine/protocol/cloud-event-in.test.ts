/** The reader of CloudEvents: each form it takes, and everything it refuses. */
import { expect, test } from "vitest";
import { type EventRequest, readCloudEvent, traceparentIn } from "./cloud-event-in.ts";
import { MalformedEvent } from "./event-json.ts";

const LIMITS = { bodyBytesMax: 4_096, dataBytesMax: 1_024 };
const TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const ATTRIBUTES = { specversion: "1.0", id: "i-1", source: "/test", type: "test.happened.v1" };
const BINARY: Readonly<Record<string, string>> = {
  "ce-specversion": "1.0",
  "ce-id": "i-1",
  "ce-source": "/test",
  "ce-type": "test.happened.v1",
};
const JSON_TYPE = { "content-type": "application/json" };
const SUBSCRIPTION = "projects/p/subscriptions/s";

function request(headers: EventRequest["headers"], body: unknown): EventRequest {
  if (body instanceof Uint8Array) return { headers, rawBody: body };
  return { headers, rawBody: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)) };
}
const read = (headers: EventRequest["headers"], body: unknown) => readCloudEvent(request(headers, body), LIMITS);

const binary = (more: EventRequest["headers"] = {}, body: unknown = { n: 1 }) =>
  read({ ...BINARY, ...JSON_TYPE, ...more }, body);
const structured = (envelope: unknown) =>
  read({ "content-type": "application/cloudevents+json; charset=utf-8" }, envelope);
const base64 = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64");
const wrapped = (message: object, more: object = {}) =>
  read(JSON_TYPE, {
    message: { messageId: "7", publishTime: "2026-11-21T05:00:00Z", ...message },
    subscription: SUBSCRIPTION,
    ...more,
  });
const unwrapped = (more: EventRequest["headers"] = {}, body: unknown = { n: 1 }) =>
  read(
    {
      ...BINARY,
      "content-type": "application/x-www-form-urlencoded",
      "x-goog-pubsub-message-id": "7",
      "x-goog-pubsub-subscription-name": SUBSCRIPTION,
      ...more,
    },
    body,
  );

const { specversion: _version, ...NAMED } = ATTRIBUTES;
const PLAIN = { ...NAMED, subject: null, time: null, traceparent: null, data: { n: 1 }, push: null };
const PUSH = { messageId: "7", orderingKey: "", subscription: SUBSCRIPTION, deliveryAttempt: null };

test("one event reads the same in every form", () => {
  expect(binary()).toEqual(PLAIN);
  expect(structured({ ...ATTRIBUTES, data: { n: 1 } })).toEqual(PLAIN);
  expect(structured({ ...ATTRIBUTES, data_base64: base64({ n: 1 }) })).toEqual(PLAIN);
  expect(wrapped({ data: base64({ n: 1 }), attributes: BINARY })).toEqual({ ...PLAIN, push: PUSH });
  expect(wrapped({ data: base64({ n: 1 }), attributes: { ...BINARY, ...JSON_TYPE } })).toEqual({
    ...PLAIN,
    push: PUSH,
  });
  const envelope = base64({ ...ATTRIBUTES, data: { n: 1 } });
  const type = { "content-type": "application/cloudevents+json" };
  expect(wrapped({ data: envelope, attributes: type })).toEqual({ ...PLAIN, push: PUSH });
  expect(unwrapped()).toEqual({ ...PLAIN, push: PUSH });
});

test("what a push says of its delivery is read: ordering key, attempt, subscription", () => {
  const push = { ...PUSH, orderingKey: "e1", deliveryAttempt: 3 };
  const message = { data: base64({ n: 1 }), attributes: BINARY, orderingKey: "e1" };
  expect(wrapped(message, { deliveryAttempt: 3 }).push).toEqual(push);
  const more = { "x-goog-pubsub-ordering-key": "e1", "x-goog-pubsub-delivery-attempt": "3" };
  expect(unwrapped(more).push).toEqual(push);
  expect(unwrapped({ "x-goog-ordering-key": "e1" }).push?.orderingKey).toBe("e1");
});

test("a message of attributes alone is an event without data", () => {
  expect(wrapped({ attributes: BINARY })).toEqual({ ...PLAIN, data: undefined, push: PUSH });
  expect(wrapped({ attributes: BINARY, data: "" })).toEqual({ ...PLAIN, data: undefined, push: PUSH });
  expect(unwrapped({}, "")).toEqual({ ...PLAIN, data: undefined, push: PUSH });
  expect(binary({}, "")).toEqual({ ...PLAIN, data: undefined });
  expect(structured(ATTRIBUTES)).toEqual({ ...PLAIN, data: undefined });
});

test("a time is never made up: what is missing stays missing, what is no time is refused", () => {
  expect(binary().time).toBeNull();
  expect(binary({ "ce-time": "2026-11-21T05:00:00.123Z" }).time).toBe("2026-11-21T05:00:00.123Z");
  for (const time of ["", "now", "2026-11-21", "2026-13-41T05:00:00Z", "1700000000"]) {
    expect(() => binary({ "ce-time": time }), time).toThrow(MalformedEvent);
    expect(() => structured({ ...ATTRIBUTES, time }), time).toThrow(MalformedEvent);
  }
});

test("the trace is the event's own, else the request's, and an ill-formed one is as if it were not there", () => {
  const other = TRACE.replace("00-0af", "00-1af");
  expect(binary({ "ce-traceparent": TRACE, traceparent: other }).traceparent).toBe(TRACE);
  expect(binary({ traceparent: other }).traceparent).toBe(other);
  expect(structured({ ...ATTRIBUTES, traceparent: TRACE }).traceparent).toBe(TRACE);
  expect(wrapped({ attributes: { ...BINARY, "ce-traceparent": TRACE } }).traceparent).toBe(TRACE);
  expect(binary({ "ce-traceparent": "x".repeat(900) }).traceparent).toBeNull();
  const zeros = [TRACE.replace(/-0af\w+/, `-${"0".repeat(32)}`), TRACE.replace(/-b7ad\w+/, `-${"0".repeat(16)}`)];
  const refused = [...zeros, `ff${TRACE.slice(2)}`, TRACE.toUpperCase(), `${TRACE}-x`, 7];
  expect(refused.map(traceparentIn)).toEqual(refused.map(() => null));
});

test("missing and empty attributes, other versions and what no header may carry are refused", () => {
  for (const name of Object.keys(ATTRIBUTES)) {
    for (const value of ["", "   ", undefined, "a\u0000b", "ä", "x".repeat(1_025)]) {
      expect(() => binary({ [`ce-${name}`]: value }), `${name} ${value}`).toThrow(MalformedEvent);
      expect(() => structured({ ...ATTRIBUTES, [name]: value }), `${name} ${value}`).toThrow(MalformedEvent);
      expect(() => wrapped({ attributes: { ...BINARY, [`ce-${name}`]: value } }), name).toThrow(MalformedEvent);
    }
  }
  for (const version of ["0.3", "1", "1.0.1", "2.0"]) {
    expect(() => binary({ "ce-specversion": version })).toThrow(MalformedEvent);
  }
  expect(() => binary({ "ce-source": "a b" })).toThrow(MalformedEvent);
  expect(() => structured({ ...ATTRIBUTES, id: 7 })).toThrow(MalformedEvent);
});

test("a batch is refused by name", () => {
  const events = [{ ...ATTRIBUTES, data: {} }];
  expect(() => read({ "content-type": "application/cloudevents-batch+json" }, events)).toThrow("batches are not taken");
  const type = { "content-type": "application/cloudevents-batch+json" };
  expect(() => wrapped({ data: base64(events), attributes: type })).toThrow("batches are not taken");
  expect(() => structured(events)).toThrow(MalformedEvent);
});

test("bodies and data beyond their limits, and what is no JSON in UTF-8, are refused", () => {
  const large = { text: "x".repeat(1_100) };
  expect(() => binary({}, large)).toThrow("the data is too large");
  expect(() => wrapped({ data: base64(large), attributes: BINARY })).toThrow("the data is too large");
  expect(() => structured({ ...ATTRIBUTES, data_base64: base64(large) })).toThrow("the data is too large");
  expect(() => binary({}, "x".repeat(4_097))).toThrow("the body is too large");
  expect(() => binary({}, new Uint8Array([0x22, 0xff, 0x22]))).toThrow("not JSON in UTF-8");
  expect(() => binary({}, "{")).toThrow("not JSON in UTF-8");
  for (const type of ["text/plain", "", "application/xml", "application/octet-stream"]) {
    expect(() => binary({ "content-type": type }), type).toThrow(MalformedEvent);
  }
  expect(() => structured({ ...ATTRIBUTES, data: 1, data_base64: "MQ==" })).toThrow("exclude each other");
  expect(() => structured({ ...ATTRIBUTES, data_base64: "%%%" })).toThrow(MalformedEvent);
});

test("what only looks like a push is refused", () => {
  const message = { data: base64({ n: 1 }), attributes: BINARY };
  expect(() => wrapped({ ...message, data: "%%" })).toThrow(MalformedEvent);
  expect(() => wrapped({ ...message, messageId: "" })).toThrow(MalformedEvent);
  expect(() => wrapped(message, { subscription: "" })).toThrow(MalformedEvent);
  expect(() => wrapped(message, { deliveryAttempt: 0 })).toThrow(MalformedEvent);
  expect(() => wrapped({ ...message, attributes: {} })).toThrow(MalformedEvent);
  expect(() => wrapped({ ...message, attributes: { ...BINARY, x: 7 } })).toThrow(MalformedEvent);
  expect(() => read(JSON_TYPE, { nonsense: true })).toThrow(MalformedEvent);
  expect(() => unwrapped({ "x-goog-pubsub-message-id": undefined })).toThrow(MalformedEvent);
  expect(() => unwrapped({ "x-goog-pubsub-subscription-name": undefined })).toThrow(MalformedEvent);
  expect(() => unwrapped({ "x-goog-pubsub-delivery-attempt": "-1" })).toThrow(MalformedEvent);
});

test("a data of a megabyte is read as base64 without harm", () => {
  const limits = { bodyBytesMax: 2_000_000, dataBytesMax: 1_100_000 };
  const data = { text: "x".repeat(1_000_000) };
  const body = { message: { data: base64(data), attributes: BINARY, messageId: "7" }, subscription: SUBSCRIPTION };
  expect(readCloudEvent(request(JSON_TYPE, body), limits).data).toEqual(data);
});
