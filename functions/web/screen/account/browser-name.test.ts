/** A browser's name in the list of sessions, from what it says of itself. */
import { expect, test } from "vitest";
import { browserName } from "./browser-name.ts";

test("a browser is named by what it is, not by what it claims to be, too; what is none keeps its words", () => {
  expect(
    [
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36",
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0",
      "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
      "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36",
      "curl/8.5.0",
    ].map(browserName),
  ).toEqual(["Chrome on Linux", "Edge on Windows", "Safari on iPhone", "Chrome on Android", "curl/8.5.0"]);
});
