/** Answers and the connection they leave by. */
import { EventEmitter } from "node:events";
import type { Redis } from "ioredis";
import { expect, test } from "vitest";
import type { CommandAnswer, ReplyMessage } from "../../protocol/bus-messages.ts";
import { ReplyPublisher } from "./reply-publisher.ts";

/** A connection of which the test says when it stands and what becomes of a message: not Redis. */
class FakeRedis extends EventEmitter {
  status = "ready";
  readonly published: string[] = [];
  breaks = false;

  async publish(channel: string, text: string): Promise<number> {
    if (this.breaks) {
      this.status = "reconnecting";
      throw new Error("the connection is closed");
    }
    const { epoch, replies } = JSON.parse(text) as ReplyMessage;
    this.published.push(`${channel} ${epoch}: ${replies.map(([id]) => id).join(" ")}`);
    return 1;
  }

  connect(): void {
    this.breaks = false;
    this.status = "ready";
    this.emit("ready");
  }
}

const ANSWER: CommandAnswer = { error: "not_sent", message: "of a test" };

test("what is answered in one turn leaves in one message for each instance", async () => {
  const redis = new FakeRedis();
  const replies = new ReplyPublisher(redis as unknown as Redis, 3);
  for (const id of ["a", "b"]) for (const instance of ["one", "two"]) replies.put(instance, id, ANSWER);
  await Promise.resolve();
  replies.put("one", "c", ANSWER);
  await replies.settled();
  expect(redis.published).toEqual(["reply:one 3: a b", "reply:two 3: a b", "reply:one 3: c"]);
});

test("answers under a connection that breaks, and those given while there is none, leave by the next", async () => {
  const redis = new FakeRedis();
  const replies = new ReplyPublisher(redis as unknown as Redis, 3);
  redis.breaks = true;
  replies.put("one", "a", ANSWER);
  await replies.settled();
  replies.put("one", "b", ANSWER);
  await replies.settled();
  expect(redis.published).toEqual([]);
  redis.connect();
  await replies.settled();
  expect([redis.published, replies.lostMessages]).toEqual([["reply:one 3: a b"], 0]);
});

test("what waits for a connection is bounded: the rest is lost and counted, and the bound is free again afterwards", async () => {
  const redis = new FakeRedis();
  const replies = new ReplyPublisher(redis as unknown as Redis, 3);
  redis.status = "reconnecting";
  const long: CommandAnswer = { error: "not_sent", message: "x".repeat(1 << 20) };
  for (let index = 0; index < 20; index++) replies.put(`edge-${index}`, "a", long);
  await replies.settled();
  redis.connect();
  await replies.settled();
  expect([redis.published.length, replies.lostMessages]).toEqual([15, 5]);
  for (let index = 0; index < 20; index++) {
    replies.put("one", "b", long);
    await replies.settled();
  }
  expect([redis.published.length, replies.lostMessages]).toEqual([35, 5]);
});
