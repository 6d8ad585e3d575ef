/**
 * As much of a Redis server as one edge needs for its first requests, in an image build, where there is none: projections to
 * read, a beat, limits that nobody meets, and an engine that refuses each command. Everything else is answered OK.
 */
import { createServer, type Server, type Socket } from "node:net";
import { type ReplyMessage, replyChannel } from "../protocol/bus-messages.ts";
import { toWire } from "../protocol/wire-json.ts";
import { SAMPLE_BEAT, SAMPLE_HASH, SAMPLE_NAMES } from "./sample-exchange.ts";

const COMMAND_ID_AT = 8;
const COMMAND_ID_BYTES = 16;

export interface SampleRedis {
  readonly port: number;
  readonly server: Server;
}

export async function startSampleRedis(): Promise<SampleRedis> {
  const subscribers = new Map<string, Socket>();
  const server = createServer((socket) => {
    let unread = Buffer.alloc(0);
    socket.on("data", (bytes) => {
      unread = Buffer.concat([unread, bytes]);
      for (;;) {
        const request = readRequest(unread);
        if (request === null) return;
        unread = unread.subarray(request.bytes);
        answer(socket, request.words, subscribers);
      }
    });
    // A program that ends cuts its connections.
    socket.on("error", () => socket.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return { port: (server.address() as { port: number }).port, server };
}

function answer(socket: Socket, words: readonly Buffer[], subscribers: Map<string, Socket>): void {
  const [word = "", first = "", ...rest] = words.map((bytes) => bytes.toString("latin1"));
  switch (word.toUpperCase()) {
    case "HELLO":
      write(socket, `%2\r\n${bulk("server")}${bulk("redis")}${bulk("proto")}:3\r\n`);
      break;
    case "INFO":
      write(socket, bulk("redis_version:7.0.0\r\nloading:0\r\nrole:master\r\n"));
      break;
    case "HMGET":
      write(socket, `*${rest.length}\r\n${rest.map((field) => bulk(SAMPLE_HASH[field] ?? null)).join("")}`);
      break;
    case "GET":
      write(socket, bulk(first === SAMPLE_NAMES.beat ? SAMPLE_BEAT : null));
      break;
    case "EVAL":
    case "EVALSHA":
      // The limits' script (bus/edge/redis-limits-script.ts): admitted, one used, no ban, the time.
      write(socket, `*4\r\n:0\r\n:1\r\n:0\r\n:${Date.now()}\r\n`);
      break;
    case "SUBSCRIBE":
      for (const [index, channel] of [first, ...rest].entries()) {
        subscribers.set(channel, socket);
        write(socket, `>3\r\n${bulk("subscribe")}${bulk(channel)}:${index + 1}\r\n`);
      }
      break;
    case "XADD":
      write(socket, bulk("1-0"));
      refuse(words, subscribers);
      break;
    default:
      write(socket, "+OK\r\n");
  }
}

/** XADD stream * c <record> r <instance> …: the engine's answer goes to the instance's channel. */
function refuse(words: readonly Buffer[], subscribers: Map<string, Socket>): void {
  const [, , , , record, , instance] = words;
  const id = record?.subarray(COMMAND_ID_AT, COMMAND_ID_AT + COMMAND_ID_BYTES).toString("hex") ?? "";
  const reply = { outcome: "rejected", reason: "balance_too_low", seq: 1, timeUs: 1 } as const;
  const message: ReplyMessage = { epoch: 1, replies: [[id, { reply }]] };
  const channel = replyChannel(instance?.toString("latin1") ?? "");
  const subscriber = subscribers.get(channel);
  if (subscriber !== undefined) write(subscriber, `>3\r\n${bulk("message")}${bulk(channel)}${bulk(toWire(message))}`);
}

function write(socket: Socket, text: string): void {
  socket.write(text, "latin1");
}

function bulk(text: string | null): string {
  return text === null ? "_\r\n" : `$${text.length}\r\n${text}\r\n`;
}

/** An array of bulk strings at the start of what was read; null: not all of it is there yet. */
function readRequest(unread: Buffer): { readonly words: readonly Buffer[]; readonly bytes: number } | null {
  let at = 0;
  const line = (): string | null => {
    const end = unread.indexOf("\r\n", at, "latin1");
    if (end < 0) return null;
    const text = unread.toString("latin1", at + 1, end);
    at = end + 2;
    return text;
  };
  const count = line();
  if (count === null) return null;
  const words: Buffer[] = [];
  for (let index = 0; index < Number(count); index++) {
    const length = line();
    if (length === null || unread.length < at + Number(length) + 2) return null;
    words.push(unread.subarray(at, at + Number(length)));
    at += Number(length) + 2;
  }
  return { words, bytes: at };
}
