/**
 * What market-data/ refuses, and in which literal words.
 */
import { expect, test } from "vitest";
import { splitTarget } from "../_shared/http.ts";
import { fakeEdge, request, shown } from "../_shared/testing/fake-edge.ts";
import { handleMarketData } from "./handler.ts";

async function ask(target: string): Promise<{ status: number; body: unknown }> {
  return shown(await handleMarketData(request(splitTarget(`/api/v3/${target}`)), fakeEdge().deps));
}

test.each([
  ["depth", "-1102 Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."],
  [
    "depth?symbol=btcusdt",
    "-1100 Illegal characters found in parameter 'symbol'; legal range is '^[A-Z0-9-_.]{1,20}$'.",
  ],
  ["depth?symbol=NONE", "-1121 Invalid symbol."],
  ["depth?symbol=BTCUSDT&limit=0", "-1130 Data sent for parameter 'limit' is not valid."],
  [
    "depth?symbol=BTCUSDT&limit=-5",
    "-1100 Illegal characters found in parameter 'limit'; legal range is '^[0-9]{1,20}$'.",
  ],
  ["depth?symbol=BTCUSDT&symbolStatus=HALT", "-1220 The symbol's status does not match the requested symbolStatus."],
  ["depth?symbol=BTCUSDT&symbolStatus=CANCEL_ONLY", "-1122 Invalid symbolStatus."],
  ["depth?symbol=BTCUSDT&symbol=BTCUSDT", "-1101 Duplicate values for a parameter detected."],
  ["klines?symbol=BTCUSDT&interval=1y", "-1120 Invalid interval."],
  ["klines?symbol=BTCUSDT&interval=1m&timeZone=15", "-1130 Data sent for parameter 'timeZone' is not valid."],
  ["klines?symbol=BTCUSDT&interval=1m&startTime=2&endTime=1", "-1128 Combination of optional parameters invalid."],
  ["ticker/24hr?symbol=BTCUSDT&type=HUGE", "-1130 Data sent for parameter 'type' is not valid."],
  ['ticker/price?symbols=["BTCUSDT","BTCUSDT"]', "-1151 Symbol is present multiple times in the list."],
  ['ticker/price?symbols=["BTCUSDT","NONE"]', "-1121 Invalid symbol."],
  ['ticker/price?symbol=BTCUSDT&symbols=["BTCUSDT"]', "-1128 Combination of optional parameters invalid."],
  ["exchangeInfo?symbol=BTCUSDT&permissions=SPOT", "-1128 Combination of optional parameters invalid."],
  ["exchangeInfo?symbol=BTCUSDT&symbolStatus=HALT", "-1128 Combination of optional parameters invalid."],
])("%s is refused: %s", async (target, refusal) => {
  const { status, body } = await ask(target);
  const { code, msg } = body as { code: number; msg: string };
  expect([status, `${code} ${msg}`]).toEqual([400, refusal]);
});
