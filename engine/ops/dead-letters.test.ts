/** `npm run ops -- dead-letters …`: what each command asks of the operator's API. */
import { expect, test } from "vitest";
import { parseCommandLine } from "./command-line.ts";

/** An API of letters 1 … count, all waiting, that refuses to hand over the one named. */
function apiOf(count: number, refused = 0) {
  const asked: string[] = [];
  const call = async (method: string, path: string): Promise<unknown> => {
    asked.push(`${method} ${path}`);
    const { searchParams, pathname } = new URL(path, "http://exchange");
    const letter = Number(pathname.split("/")[2]);
    if (method === "POST" && letter === refused) throw new Error("refused");
    if (pathname !== "/dead-letters") return { letter };
    const before = Number(searchParams.get("before") ?? count + 1);
    const limit = Number(searchParams.get("limit") ?? 100);
    return Array.from({ length: Math.min(limit, before - 1) }, (_, index) => ({ letter: before - 1 - index }));
  };
  return { asked, call };
}

async function run(words: string, api: ReturnType<typeof apiOf>): Promise<unknown> {
  const line = parseCommandLine(words.split(" "));
  if (line.kind === "help") return line.text;
  const { positionals, options } = line;
  return line.command.run({ api: () => api, journalFolder: "", positionals, options });
}

test("list, show, replay and discard are one request each", async () => {
  const api = apiOf(3);
  await run("dead-letters list --state waiting --limit 2", api);
  await run("dead-letters show 2", api);
  await run("dead-letters replay 2", api);
  await run("dead-letters discard a/b", api);
  expect(api.asked).toEqual([
    "GET /dead-letters?state=waiting&limit=2",
    "GET /dead-letters/2",
    "POST /dead-letters/2",
    "DELETE /dead-letters/a%2Fb",
  ]);
});

test("replay all hands over every waiting letter, page by page, the oldest first", async () => {
  const api = apiOf(1_100);
  expect(await run("dead-letters replay all", api)).toHaveLength(1_100);
  const pages = api.asked.filter((call) => call.startsWith("GET"));
  expect(pages).toEqual([
    "GET /dead-letters?state=waiting&limit=500",
    "GET /dead-letters?state=waiting&limit=500&before=601",
    "GET /dead-letters?state=waiting&limit=500&before=101",
  ]);
  const posted = api.asked.filter((call) => call.startsWith("POST"));
  expect(posted).toEqual(Array.from({ length: 1_100 }, (_, index) => `POST /dead-letters/${index + 1}`));
});

test("replay all stops at the first letter that is not taken", async () => {
  const api = apiOf(5, 3);
  await expect(run("dead-letters replay all", api)).rejects.toThrow("refused");
  expect(api.asked.filter((call) => call.startsWith("POST"))).toEqual([1, 2, 3].map((n) => `POST /dead-letters/${n}`));
});
