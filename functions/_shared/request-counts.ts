/** What a function has answered, by class of status: plain numbers, shown to whoever scrapes. */
import type { ServerResponse } from "node:http";

export const STATUS_CLASSES = ["2xx", "3xx", "4xx", "5xx", "gone"] as const;
export type StatusClass = (typeof STATUS_CLASSES)[number];

/** Refusals that say something about load or abuse, by status. */
const REFUSALS: Readonly<Record<number, Refused>> = {
  413: "body_too_large",
  415: "body_compressed",
  429: "limit",
  503: "unavailable",
  504: "outcome_unknown",
};
export type Refused = "body_too_large" | "body_compressed" | "limit" | "unavailable" | "outcome_unknown";

export class RequestCounts {
  /** `gone`: the client left before its answer. */
  readonly answered: Record<StatusClass, number> = { "2xx": 0, "3xx": 0, "4xx": 0, "5xx": 0, gone: 0 };
  readonly refused: Record<Refused, number> = {
    body_too_large: 0,
    body_compressed: 0,
    limit: 0,
    unavailable: 0,
    outcome_unknown: 0,
  };
  /** Not HTTP, or too slow. */
  illFormed = 0;
  /** Of the process, when its first request came; null: none has come. */
  firstRequestUptimeMs: number | null = null;

  get isFirst(): boolean {
    return this.firstRequestUptimeMs === null;
  }

  follow(response: ServerResponse): void {
    this.firstRequestUptimeMs ??= process.uptime() * 1_000;
    response.once("close", () => {
      if (!response.writableFinished) {
        this.answered.gone += 1;
        return;
      }
      const { statusCode } = response;
      this.answered[classOf(statusCode)] += 1;
      const refused = REFUSALS[statusCode];
      if (refused !== undefined) this.refused[refused] += 1;
    });
  }
}

function classOf(status: number): StatusClass {
  if (status < 300) return "2xx";
  if (status < 400) return "3xx";
  return status < 500 ? "4xx" : "5xx";
}
