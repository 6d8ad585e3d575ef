/**
 * An event as the tests' broker carries it: binary mode, whatever it came in.
 *
 * Shares no code with the readers that it feeds.
 */
import type { IncomingHttpHeaders } from "node:http";

export interface BrokerEvent {
  /** Lower case: `ce-…` and `content-type`, nothing else. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** One attribute; "" where the event has none. */
export function attributeOf(event: BrokerEvent, name: string): string {
  return event.headers[`ce-${name}`] ?? "";
}

/**
 * As they came over the wire, names in lower case: a function's guard in the same process puts a content type of its own
 * into the headers that Node has parsed.
 */
export function headersSent(rawHeaders: readonly string[]): IncomingHttpHeaders {
  const headers: Record<string, string> = {};
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    headers[rawHeaders[at]?.toLowerCase() ?? ""] = rawHeaders[at + 1] ?? "";
  return headers;
}

/** @returns null: not one CloudEvent (a batch is none). */
export function eventOf(headers: IncomingHttpHeaders, body: Buffer): BrokerEvent | null {
  const mediaType = (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const event = mediaType === "application/cloudevents+json" ? fromStructured(body) : fromBinary(headers, body);
  if (event === null) return null;
  const required = ["id", "source", "type"].every((name) => attributeOf(event, name) !== "");
  return required && attributeOf(event, "specversion") === "1.0" ? event : null;
}

function fromBinary(headers: IncomingHttpHeaders, body: Buffer): BrokerEvent {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if ((name.startsWith("ce-") || name === "content-type") && typeof value === "string") kept[name] = value;
  }
  return { headers: kept, body };
}

function fromStructured(body: Buffer): BrokerEvent | null {
  let envelope: unknown;
  try {
    envelope = JSON.parse(body.toString("utf8"));
  } catch {
    return null;
  }
  if (typeof envelope !== "object" || envelope === null || Array.isArray(envelope)) return null;
  const { data, data_base64, datacontenttype, ...attributes } = envelope as Record<string, unknown>;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) headers[`ce-${name}`] = String(value);
  if (data === undefined && data_base64 === undefined) return { headers, body: Buffer.alloc(0) };
  headers["content-type"] = typeof datacontenttype === "string" ? datacontenttype : "application/json";
  return {
    headers,
    body: typeof data_base64 === "string" ? Buffer.from(data_base64, "base64") : Buffer.from(JSON.stringify(data)),
  };
}
