/**
 * An HTTP message that nobody took as a letter to be kept: what names it, why it was refused, and the bytes as they came.
 *
 * Nothing here can fail, since nobody stands behind this function: the data is never parsed, and of a structured event the
 * envelope only if it can be. Identity is (source, id, destination); an event that tells no id is known by its bytes.
 */
import { createHash } from "node:crypto";
import { type HttpRequest, headerOf } from "../_shared/http.ts";

const STRUCTURED = "application/cloudevents+json";
/** Of an attribute: more is cut, the identity covers all of it. */
const TEXT_LENGTH_MAX = 1_024;
const ERROR_TEXT_LENGTH_MAX = 4_096;
/** What the broker added on the way; a replayed event starts anew. */
const BROKERS_ATTRIBUTES = /^ce-knative(errordest|errorcode|errordata|arrivaltime|brokerttl|history)$/;

export interface Letter {
  /** SHA-256, hexadecimal. */
  readonly identity: string;
  readonly source: string;
  readonly eventId: string;
  /** Who refused it; "" where nobody says so. */
  readonly destination: string;
  readonly type: string;
  /** The last answer's HTTP status; 0: none was said. */
  readonly errorCode: number;
  readonly errorText: string;
  /** Those by which the event is sent again: its attributes, content type, trace. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export function readLetter(request: Pick<HttpRequest, "headers" | "rawBody">): Letter {
  const { headers, rawBody: body } = request;
  const attribute = attributesOf(request);
  const source = attribute("source");
  const eventId = attribute("id");
  const destination = attribute("knativeerrordest");
  const unnamed = eventId === "" ? createHash("sha256").update(body).digest("hex") : "";
  const identity = createHash("sha256")
    .update(JSON.stringify([source, eventId, destination, unnamed]))
    .digest("hex");
  const code = attribute("knativeerrorcode");
  return {
    identity,
    source: cut(source),
    eventId: cut(eventId),
    destination: cut(destination),
    type: cut(attribute("type")),
    errorCode: /^[0-9]{1,4}$/.test(code) ? Number(code) : 0,
    errorText: cut(decoded(attribute("knativeerrordata")), ERROR_TEXT_LENGTH_MAX),
    headers: Object.fromEntries(
      Object.keys(headers)
        .filter((name) => /^(ce-.*|content-type|traceparent|tracestate)$/.test(name) && !BROKERS_ATTRIBUTES.test(name))
        .map((name) => [name, storable(headerOf(headers, name))]),
    ),
    body,
  };
}

/** In binary mode headers; in structured mode fields of the envelope, if there is one. */
function attributesOf({ headers, rawBody }: Pick<HttpRequest, "headers" | "rawBody">): (name: string) => string {
  const structured = headerOf(headers, "content-type").toLowerCase().startsWith(STRUCTURED);
  const envelope = structured ? envelopeIn(rawBody) : {};
  return (name) => {
    const field = envelope[name];
    const inside = typeof field === "string" || typeof field === "number" ? String(field) : "";
    return headerOf(headers, `ce-${name}`) || inside;
  };
}

function envelopeIn(body: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // What cannot be read is kept all the same, and known by its bytes.
    return {};
  }
}

/** Knative sends what the refusing side said as base64. */
function decoded(text: string): string {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return text;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(text, "base64"));
  } catch {
    // Looks like base64 and is none.
    return text;
  }
}

function cut(text: string, lengthMax = TEXT_LENGTH_MAX): string {
  return storable(text.slice(0, lengthMax));
}

/** Postgres takes no NUL and no half of a surrogate pair in a text. */
function storable(text: string): string {
  return text.replaceAll("\u0000", "\ufffd").toWellFormed();
}
