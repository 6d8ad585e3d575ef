/** Which frames of the feed's channel reach a listener. Over a FAKE Redis. */
import { expect, test } from "vitest";
import { busNames, type FeedFrame } from "../../protocol/bus-messages.ts";
import { toWire } from "../../protocol/wire-json.ts";
import { redisFeed } from "./redis-feed.ts";
import { FakeSubscriber } from "./testing/fake-bus.ts";

function frame(epoch: number, firstSeq: number): FeedFrame {
  return { epoch, firstSeq, lastSeq: firstSeq, timeUs: 1, events: [] };
}

test("frames arrive in order; a predecessor's and what cannot be read are left out; who has left hears nothing", () => {
  const subscriber = new FakeSubscriber();
  const faults: string[] = [];
  const feed = redisFeed({ engine: "e1", subscriber, reportFault: ({ at }) => faults.push(at) });
  const heard: FeedFrame[] = [];
  const early: FeedFrame[] = [];
  const leave = feed.subscribeFeed((one) => early.push(one));
  feed.subscribeFeed((one) => heard.push(one));
  const publish = (text: string): void => subscriber.publish(busNames("e1").feed, text);
  publish(toWire(frame(1, 1)));
  leave();
  publish(toWire(frame(2, 2)));
  publish(toWire(frame(1, 3)));
  publish("{");
  publish(toWire(frame(2, 4)));
  expect({ heard, early, faults }).toEqual({
    heard: [frame(1, 1), frame(2, 2), frame(2, 4)],
    early: [frame(1, 1)],
    faults: ["feed"],
  });
});
