/** What the WebSocket API counts of itself: requests by method and status, events told. */
import { methodNamed } from "./methods.ts";

export class ApiCounts {
  /** By method and status; a method that does not exist is "unknown", so that clients make no names. */
  readonly requests = new Map<string, Map<number, number>>();
  events = 0;

  answered(method: string, status: number): void {
    const name = methodNamed(method) === undefined ? "unknown" : method;
    let byStatus = this.requests.get(name);
    if (byStatus === undefined) {
      byStatus = new Map();
      this.requests.set(name, byStatus);
    }
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
  }

  eventSent(): void {
    this.events += 1;
  }
}
