/**
 * The AsyncAPI 3.0 document: the market streams, the WebSocket API and the user data events, over their three addresses.
 * Operations are the exchange's: it sends events, and receives requests that it replies to.
 */
import { ANSWER_SCHEMAS } from "../../../engine/api/reference/answer-schemas.ts";
import { ref, type Schema } from "../../../engine/api/reference/json-schema.ts";
import { PARAMETER_CATALOG } from "../../../engine/api/reference/parameter-catalog.ts";
import { SESSION_METHODS, SESSION_PARAMETERS } from "../../../engine/api/reference/session-methods.ts";
import { USER_EVENTS } from "../../../engine/api/reference/user-event-schemas.ts";
import { SERVER_SHUTDOWN, STREAMS, STREAMS_OF_ALL, type StreamEntry } from "../../../engine/stream/stream-catalog.ts";
import type { Examples } from "./examples.ts";
import { METHODS, type SocketMethod } from "./socket-methods.ts";
import { fieldsSchema, streamSchema } from "./stream-schemas.ts";
import { VERSION } from "./version.ts";

const STREAM_ENTRIES: readonly (readonly [string, StreamEntry])[] = [
  ...Object.entries(STREAMS).map(([kind, entry]) => [camel(kind), entry] as const),
  ...Object.entries(STREAMS_OF_ALL).map(([kind, entry]) => [`${camel(kind)}OfAll`, entry] as const),
];
const SHUTDOWN = "serverShutdown";
/** Faults of control frames. */
const FAULTS = [0, 1, 2, 3];
const ID: Schema = { type: ["integer", "string", "null"], description: "Yours; it comes back with its own type" };

export function asyncApiDocument(examples: Examples): object {
  const streamNames = [...STREAM_ENTRIES.map(([name]) => name), SHUTDOWN];
  const eventNames = Object.keys(USER_EVENTS);
  const sockets = METHODS.map(({ method }) => method);
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Tidebook",
      version: VERSION,
      description:
        "Streams of the spot dialect of Binance. Times are ms, or µs with ?timeUnit=MICROSECOND behind any address.",
      license: { name: "Apache-2.0" },
    },
    defaultContentType: "application/json",
    servers: {
      exchange: { host: "127.0.0.1:8080", protocol: "ws", description: "One origin for all; wss behind TLS" },
    },
    channels: {
      raw: {
        address: "/ws/{streams}",
        description: "Events as they are. Names of streams, or a listen key, divided by /; /ws alone, and /ws/0, too.",
        parameters: { streams: { description: "Names of streams divided by /" } },
        messages: messagesOf([...streamNames, ...eventNames, "control", "controlResult", "controlFault"]),
      },
      combined: {
        address: "/stream",
        description: "Events as {stream, data}. Names of streams in ?streams=, divided by /.",
        messages: messagesOf([...streamNames.map(combinedName), "control", "controlResult", "controlFault"]),
      },
      api: {
        address: "/ws-api/v3",
        description: "Requests and their answers, and user data events beside them.",
        messages: messagesOf([
          ...sockets.flatMap((method) => [requestName(method), answerName(method)]),
          "error",
          ...eventNames.map(subscribedName),
          `${SHUTDOWN}OfApi`,
        ]),
      },
    },
    operations: {
      ...sendingAll("raw", [...streamNames, ...eventNames]),
      ...sendingAll("combined", streamNames.map(combinedName)),
      ...sendingAll("api", [...eventNames.map(subscribedName), `${SHUTDOWN}OfApi`]),
      ...Object.fromEntries(
        ["raw", "combined"].map((channel) => [
          `${channel}Control`,
          receiving(channel, "control", ["controlResult", "controlFault"], "Subscribe, unsubscribe, ask"),
        ]),
      ),
      ...Object.fromEntries(
        METHODS.map(({ method, title }) => [
          method.replaceAll(".", "_"),
          receiving("api", requestName(method), [answerName(method), "error"], title),
        ]),
      ),
    },
    components: {
      messages: {
        ...Object.fromEntries(
          STREAM_ENTRIES.flatMap(([name, entry]) => [
            [name, streamMessage(name, entry)],
            [combinedName(name), combinedMessage(name, entry.title)],
          ]),
        ),
        [SHUTDOWN]: message("The server is going", payload(SHUTDOWN)),
        [combinedName(SHUTDOWN)]: combinedMessage(SHUTDOWN, "The server is going"),
        [`${SHUTDOWN}OfApi`]: message("The server is going", wrapped({ event: payload(SHUTDOWN) })),
        control: message("A control frame", controlSchema()),
        controlResult: message(
          "It was done",
          wrapped({ result: { description: "null, a list or a boolean" }, id: ID }),
        ),
        controlFault: message("It was not understood", faultSchema()),
        ...Object.fromEntries(Object.keys(USER_EVENTS).flatMap((name) => eventMessages(name, examples))),
        ...Object.fromEntries(METHODS.flatMap((method) => methodMessages(method, examples))),
        error: message("A refusal", errorSchema()),
      },
      schemas: draft7({
        ...ANSWER_SCHEMAS,
        ...Object.fromEntries(STREAM_ENTRIES.map(([name, entry]) => [schemaName(name), streamSchema(entry)])),
        [schemaName(SHUTDOWN)]: fieldsSchema(SERVER_SHUTDOWN, "Told to every connection before a planned stop."),
        ...Object.fromEntries(Object.entries(USER_EVENTS).map(([name, { schema }]) => [schemaName(name), schema])),
        ...Object.fromEntries(Object.entries(SESSION_METHODS).map(([name, { answer }]) => [schemaName(name), answer])),
      }),
    },
  };
}

function camel(kind: string): string {
  return kind.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
const combinedName = (name: string): string => `${name}Combined`;
const subscribedName = (name: string): string => `${name}Subscribed`;
const requestName = (method: string): string => `${method}.request`;
const answerName = (method: string): string => `${method}.answer`;
const schemaName = (name: string): string => `of.${name}`;

function messagesOf(names: readonly string[]): object {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
}

function inChannel(channel: string, name: string): object {
  return { $ref: `#/channels/${channel}/messages/${name}` };
}

function sendingAll(channel: string, names: readonly string[]): object {
  const each = names.map((name) => ({
    action: "send",
    channel: { $ref: `#/channels/${channel}` },
    messages: [inChannel(channel, name)],
  }));
  return Object.fromEntries(each.map((operation, index) => [`${channel}_${names[index]}`, operation]));
}

function receiving(channel: string, name: string, answers: readonly string[], title: string): object {
  const $ref = `#/channels/${channel}`;
  return {
    action: "receive",
    title,
    channel: { $ref },
    messages: [inChannel(channel, name)],
    reply: { channel: { $ref }, messages: answers.map((answer) => inChannel(channel, answer)) },
  };
}

function message(title: string, schema: Schema, more: object = {}): object {
  return { title, payload: draft7(schema), ...more };
}

function payload(name: string): Schema {
  return ref(schemaName(name));
}

function wrapped(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: "object", properties, required: Object.keys(properties) };
}

function streamMessage(name: string, { title, says, patterns, speeds }: StreamEntry): object {
  const names = patterns.map((pattern, index) => `${pattern} (${speeds[index]})`).join(", ");
  return message(title, payload(name), { summary: names, description: says });
}

function combinedMessage(name: string, title: string): object {
  const stream: Schema = { type: "string", description: "Name of the stream" };
  return message(title, wrapped({ stream, data: payload(name) }));
}

function eventMessages(name: string, examples: Examples): [string, object][] {
  const says = USER_EVENTS[name]?.says ?? "";
  const example = examples[name];
  const shown = example === undefined ? {} : { examples: [{ payload: example.answer }] };
  const subscriptionId: Schema = { type: "integer", description: "Of the subscription" };
  return [
    [name, message(name, payload(name), { description: `${says} By listen key.`, ...shown })],
    [subscribedName(name), message(name, wrapped({ subscriptionId, event: payload(name) }), { description: says })],
  ];
}

function methodMessages(
  { method, title, mandatory, optional, answer }: SocketMethod,
  examples: Examples,
): [string, object][] {
  const names = [...mandatory, ...optional];
  const params: Schema = {
    type: "object",
    properties: Object.fromEntries(names.map((name) => [name, parameterSchema(name)])),
    required: [...mandatory],
  };
  const needs = mandatory.length > 0 ? ["id", "method", "params"] : ["id", "method"];
  const request: Schema = {
    type: "object",
    properties: { id: ID, method: { const: method }, params },
    required: needs,
  };
  const result = method in SESSION_METHODS ? payload(method) : answer;
  const example = examples[method];
  const shown =
    example === undefined ? {} : { examples: [{ payload: { id: 1, status: 200, result: example.answer } }] };
  return [
    [requestName(method), message(title, request)],
    [answerName(method), message(title, answered({ status: { const: 200 }, result }), shown)],
  ];
}

function parameterSchema(name: string): Schema {
  const says = SESSION_PARAMETERS[name] ?? PARAMETER_CATALOG[name]?.says ?? "";
  return { type: ["string", "number", "boolean", "array"], description: says };
}

function answered(properties: Readonly<Record<string, Schema>>): Schema {
  const rateLimits: Schema = { type: "array", items: ref("CountedLimit"), description: "Unless they are not wanted" };
  const all = { id: ID, ...properties, rateLimits };
  return { type: "object", properties: all, required: ["id", ...Object.keys(properties)] };
}

function errorSchema(): Schema {
  const status: Schema = { type: "integer", description: "As the HTTP status of the same refusal" };
  return answered({ status, error: ref("Refusal") });
}

function controlSchema(): Schema {
  const methods = ["SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS", "SET_PROPERTY", "GET_PROPERTY"];
  const params: Schema = { type: "array", description: 'Names of streams; "combined", and true or false' };
  return { type: "object", properties: { method: { enum: methods }, params, id: ID }, required: ["method", "id"] };
}

function faultSchema(): Schema {
  const code: Schema = { enum: FAULTS, description: "0 unknown property, 1 no boolean, 2 no request, 3 no JSON" };
  return wrapped({ code, msg: { type: "string" }, id: ID });
}

/** AsyncAPI's own schemas are of draft 7, where an array of fixed places is written otherwise. */
function draft7<Part>(part: Part): Part {
  if (Array.isArray(part)) return part.map(draft7) as Part;
  if (typeof part !== "object" || part === null) return part;
  const { prefixItems, items, ...rest } = part as Readonly<Record<string, unknown>>;
  const places =
    prefixItems === undefined ? (items === undefined ? {} : { items }) : { items: prefixItems, additionalItems: items };
  const entries = Object.entries({ ...rest, ...places });
  return Object.fromEntries(entries.map(([name, value]) => [name, draft7(value)])) as Part;
}
