/**
 * One CloudEvent out of an HTTP request, however it comes: binary or structured mode, or as a Pub/Sub push, wrapped in
 * JSON or unwrapped into headers. Batches are refused.
 *
 * The raw headers and envelopes are checked here, before the SDK sees them: it fills in what is missing (a time, an id)
 * and takes parts of other versions. What is left to it is its own judgement of the whole. Header values are taken as
 * they are, without percent-decoding; id, source and type are printable ASCII, so that both modes name one event alike.
 *
 * Whatever is wrong is a MalformedEvent: the bytes will not be better next time. Nothing here proves who sent them.
 */
import { CloudEvent } from "cloudevents";
import { z } from "zod";
import { MalformedEvent } from "./event-json.ts";

export interface EventRequest {
  /** Names in any case; content-type as it was sent. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Exactly as received. */
  readonly rawBody: Uint8Array;
}

export interface EventLimits {
  /** Of the request; base64 inside JSON takes four thirds of the data. */
  readonly bodyBytesMax: number;
  /** Of the event's own data, as UTF-8 JSON. */
  readonly dataBytesMax: number;
}

/** How a Pub/Sub push brought it. */
export interface PushDelivery {
  readonly messageId: string;
  /** "" for none; the emulator's wrapped form leaves it out. */
  readonly orderingKey: string;
  readonly subscription: string;
  /** null: the subscription has no dead letter policy. */
  readonly deliveryAttempt: number | null;
}

export interface ReceivedEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string | null;
  /** null: not said; never made up. */
  readonly time: string | null;
  /** The distributed tracing extension, else the request's own header; null where neither is well-formed. */
  readonly traceparent: string | null;
  /** Parsed JSON; undefined: the event has no data. */
  readonly data: unknown;
  /** null: a broker's delivery, or anybody's. */
  readonly push: PushDelivery | null;
}

const STRUCTURED = "application/cloudevents+json";
const BATCH = "application/cloudevents-batch";
const ATTRIBUTE_LENGTH_MAX = 1_024;
const ATTRIBUTES_MAX = 100;

const printable = z
  .string()
  .max(ATTRIBUTE_LENGTH_MAX)
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/);
const attributes = z.object({
  specversion: z.literal("1.0"),
  id: printable,
  source: printable,
  type: printable,
  subject: z.string().min(1).max(ATTRIBUTE_LENGTH_MAX).optional(),
  time: z.iso.datetime({ offset: true }).optional(),
  dataschema: printable.optional(),
  traceparent: z.unknown().optional(),
});
type Attributes = z.output<typeof attributes>;

const jsonType = z.string().regex(/^application\/(?:[a-z0-9.-]+\+)?json$/);
const base64 = z.base64();

const structuredEnvelope = attributes.extend({
  datacontenttype: z.string().max(ATTRIBUTE_LENGTH_MAX).optional(),
  data: z.unknown().optional(),
  data_base64: base64.optional(),
});

/** Wrapped: google.pubsub.v1.PubsubMessage as JSON. Fields may be added. */
const wrappedPush = z.object({
  message: z.object({
    data: base64.default(""),
    attributes: z
      .record(z.string().max(256), z.string().max(ATTRIBUTE_LENGTH_MAX))
      .refine((all) => Object.keys(all).length <= ATTRIBUTES_MAX)
      .default({}),
    messageId: z.string().min(1).max(256),
    orderingKey: z.string().max(1_024).default(""),
  }),
  subscription: z.string().min(1).max(512),
  deliveryAttempt: z.int().min(1).nullable().default(null),
});

const MESSAGE_ID_HEADER = "x-goog-pubsub-message-id";
const PUSH_HEADER = /^x-goog-pubsub-/;
const unwrappedPush = z.object({
  [MESSAGE_ID_HEADER]: z.string().min(1).max(256),
  "x-goog-pubsub-ordering-key": z.string().max(1_024).optional(),
  /** As the emulator of 2025 names it. */
  "x-goog-ordering-key": z.string().max(1_024).default(""),
  "x-goog-pubsub-subscription-name": z.string().min(1).max(512),
  "x-goog-pubsub-delivery-attempt": z
    .string()
    .regex(/^[1-9][0-9]{0,8}$/)
    .transform(Number)
    .nullable()
    .default(null),
});

type Headers = Readonly<Record<string, string>>;

/** @throws MalformedEvent */
export function readCloudEvent(request: EventRequest, limits: EventLimits): ReceivedEvent {
  if (request.rawBody.byteLength > limits.bodyBytesMax) throw new MalformedEvent("the body is too large");
  const headers = lowerCased(request.headers);
  const { push, content } = unpacked(headers, request.rawBody);
  const event = eventIn(content, limits);
  return { ...event, traceparent: event.traceparent ?? traceparentIn(headers.traceparent), push };
}

/** Attributes as headers, and the data; what HTTP and both forms of push come down to. */
interface Content {
  readonly headers: Headers;
  readonly body: Uint8Array;
  /** The content type is the transport's, not the event's. */
  readonly isUntyped: boolean;
}

function unpacked(
  headers: Headers,
  body: Uint8Array,
): { readonly push: PushDelivery | null; readonly content: Content } {
  if (Object.keys(headers).some((name) => PUSH_HEADER.test(name))) {
    const said = parsed(unwrappedPush, headers);
    const push = {
      messageId: said[MESSAGE_ID_HEADER],
      orderingKey: said["x-goog-pubsub-ordering-key"] ?? said["x-goog-ordering-key"],
      subscription: said["x-goog-pubsub-subscription-name"],
      deliveryAttempt: said["x-goog-pubsub-delivery-attempt"],
    };
    // Without an attribute of that name Pub/Sub says application/x-www-form-urlencoded of whatever it carries.
    const isUntyped = mediaTypeOf(headers) !== STRUCTURED;
    return { push, content: { headers, body, isUntyped } };
  }
  if (mediaTypeOf(headers) !== "application/json" || headers["ce-specversion"] !== undefined) {
    return { push: null, content: { headers, body, isUntyped: false } };
  }
  const { message, subscription, deliveryAttempt } = parsed(wrappedPush, jsonOf(body));
  const { messageId, orderingKey, data } = message;
  const content = {
    headers: lowerCased(message.attributes),
    body: Buffer.from(data, "base64"),
    isUntyped: message.attributes["content-type"] === undefined,
  };
  return { push: { messageId, orderingKey, subscription, deliveryAttempt }, content };
}

type Event = Omit<ReceivedEvent, "push">;

function eventIn({ headers, body, isUntyped }: Content, limits: EventLimits): Event {
  const mediaType = mediaTypeOf(headers);
  if (mediaType.startsWith(BATCH)) throw new MalformedEvent("batches are not taken: one event a request");
  return mediaType === STRUCTURED ? structured(body, limits) : binary(headers, body, isUntyped, limits);
}

function binary(headers: Headers, body: Uint8Array, isUntyped: boolean, limits: EventLimits): Event {
  const said: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (name.startsWith("ce-")) said[name.slice(3)] = value;
  const envelope = parsed(attributes, said);
  if (body.byteLength > limits.dataBytesMax) throw new MalformedEvent("the data is too large");
  if (body.byteLength === 0) return judged(envelope, undefined);
  if (!isUntyped) parsed(jsonType, mediaTypeOf(headers));
  return judged(envelope, jsonOf(body));
}

function structured(body: Uint8Array, limits: EventLimits): Event {
  const envelope = parsed(structuredEnvelope, jsonOf(body));
  const { data, data_base64: encoded, datacontenttype = "application/json" } = envelope;
  if (data === undefined && encoded === undefined) return judged(envelope, undefined);
  if (data !== undefined && encoded !== undefined) throw new MalformedEvent("data and data_base64 exclude each other");
  parsed(jsonType, mediaTypeOf({ "content-type": datacontenttype }));
  // Of the text as it was sent, spaces included, the envelope is the smaller part: its bound is the body's.
  const bytes = encoded === undefined ? null : Buffer.from(encoded, "base64");
  if (bytes !== null && bytes.byteLength > limits.dataBytesMax) throw new MalformedEvent("the data is too large");
  return judged(envelope, bytes === null ? data : jsonOf(bytes));
}

/** The SDK's own rules: attributes by the specification's schema, the source a URI reference. */
function judged(envelope: Attributes, data: unknown): Event {
  const { specversion, id, source, type, subject, time, dataschema } = envelope;
  try {
    new CloudEvent({
      ...{ specversion, id, source, type },
      ...(subject !== undefined && { subject }),
      ...(time !== undefined && { time }),
      ...(dataschema !== undefined && { dataschema }),
    });
  } catch (error) {
    throw new MalformedEvent(`not a CloudEvent: ${error instanceof Error ? error.message : String(error)}`);
  }
  const traceparent = traceparentIn(envelope.traceparent);
  return { id, source, type, subject: subject ?? null, time: time ?? null, traceparent, data };
}

/** W3C Trace Context §3.2.2, version 00 and what may follow it; anything else is as if it had not been sent. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

export function traceparentIn(value: unknown): string | null {
  return typeof value === "string" && TRACEPARENT.test(value) ? value : null;
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw new MalformedEvent(z.prettifyError(result.error));
  return result.data;
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (error) {
    throw new MalformedEvent(`not JSON in UTF-8: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function mediaTypeOf(headers: Headers): string {
  return (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

function lowerCased(headers: EventRequest["headers"]): Headers {
  const lower: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === "string") lower[name.toLowerCase()] = value;
  }
  return lower;
}
