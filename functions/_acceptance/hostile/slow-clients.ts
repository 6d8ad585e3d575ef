/** Clients that send their headers or their body a byte a second: each is told that it took too long, and hung up on. */
import { HttpLane } from "./http-lane.ts";
import { answersOn, httpFault } from "./raw-http-suite.ts";

const CLIENTS = 200;
const DRIP_MS = 1_000;
const BEGINNINGS = [
  "GET /api/v3/ping HTTP/1.1\r\nHost: exchange\r\n",
  "G",
  "POST /api/v3/order HTTP/1.1\r\nContent-Length: 1000\r\n\r\na",
  "POST /api/v3/order HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
  "",
];

/** Resolves once all are hung up on: with the statuses that they were told, and what was wrong with the answers. */
export async function slowClients(port: number): Promise<{ statuses: readonly number[]; faults: readonly string[] }> {
  const lanes = Array.from({ length: CLIENTS }, (_, index) => {
    const lane = new HttpLane(port);
    lane.write(BEGINNINGS[index % BEGINNINGS.length] ?? "");
    return lane;
  });
  const drip = setInterval(() => {
    for (const lane of lanes) if (lane.isOpen) lane.write("1");
  }, DRIP_MS);
  const said = (await Promise.all(lanes.map((lane) => answersOn(lane)))).flat();
  clearInterval(drip);
  for (const lane of lanes) lane.close();
  const statuses = [...new Set(said.map(({ status }) => status))].sort();
  return { statuses, faults: said.map(httpFault).filter((fault) => fault !== "") };
}
