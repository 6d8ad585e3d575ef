/**
 * A function of the tests alone, as a process: `/slow` answers when `/go` is asked, `/throw` throws where nobody catches,
 * `/stuck` never answers.
 */
import { registerEvents } from "../event-framework.ts";
import { runFunction } from "../function-run.ts";
import type { HttpReply } from "../http.ts";

const waiting: (() => void)[] = [];

function say(outcome: string): void {
  console.log(JSON.stringify({ at: "slow", outcome }));
}

function text(body: string): HttpReply {
  return { status: 200, headers: { "content-length": String(body.length) }, body };
}

registerEvents("slow", async ({ path }) => {
  switch (path) {
    case "/slow":
      say("waits");
      await new Promise<void>((resolve) => waiting.push(resolve));
      return text("answered");
    case "/go":
      for (const resume of waiting.splice(0)) resume();
      return text("gone");
    case "/throw":
      setImmediate(() => {
        throw new Error("nobody catches this");
      });
      return text("thrown");
    default:
      say("stuck");
      return new Promise(() => {});
  }
});
runFunction("slow", process.env, () => ({}));
