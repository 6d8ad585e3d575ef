/** The documents for machines, over HTTP: whole, to be kept, and public. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fakeEdge, request } from "../_shared/testing/fake-edge.ts";
import { handleMarketData } from "./handler.ts";

test.each(["openapi", "asyncapi"])(
  "%s.json is docs' own, to be kept by its ETag, and any page may read it",
  async (name) => {
    const { deps } = fakeEdge();
    const whole = JSON.stringify(JSON.parse(readFileSync(new URL(`../../docs/${name}.json`, import.meta.url), "utf8")));
    const ask = (headers: Readonly<Record<string, string>>) =>
      handleMarketData(request({ path: `/${name}.json`, headers }), deps);
    const etag = `"${createHash("sha256").update(whole).digest("hex").slice(0, 32)}"`;
    const headers = { etag, "cache-control": "public, max-age=3600", "access-control-allow-origin": "*" };
    expect(await ask({})).toMatchObject({ status: 200, headers, body: whole });
    expect(await ask({ "if-none-match": `"other", W/${etag}` })).toMatchObject({ status: 304, headers, body: "" });
  },
);

test("another method than GET is refused as everywhere, and nothing is read for it", async () => {
  const { deps } = fakeEdge();
  const { status, headers } = await handleMarketData(request({ method: "POST", path: "/openapi.json" }), deps);
  expect([status, headers.allow]).toEqual([405, "GET"]);
});
