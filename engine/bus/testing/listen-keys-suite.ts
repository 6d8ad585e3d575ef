/** What every keeper of listen keys does. */
import { expect, test } from "vitest";
import type { ListenKeys } from "../listen-keys.ts";

export const A_KEY = "a".repeat(64);
export const OTHER_KEY = "b".repeat(64);

/** Declares the suite's tests. @param open gives a keeper that knows none of these accounts. */
export function listenKeysSuite(open: () => Promise<ListenKeys>): void {
  test("an API key has one at a time, however often it asks; another one, of the same account too, has its own", async () => {
    const keys = await open();
    const first = await keys.open({ account: 1, keyId: 7 }, A_KEY);
    const again = await keys.open({ account: 1, keyId: 7 }, OTHER_KEY);
    const other = await keys.open({ account: 1, keyId: 8 }, OTHER_KEY);
    expect([first, again, other, await keys.find(A_KEY), await keys.find(OTHER_KEY)]).toEqual([
      A_KEY,
      A_KEY,
      OTHER_KEY,
      { account: 1, keyId: 7 },
      { account: 1, keyId: 8 },
    ]);
  });

  test("nobody extends or ends another's key; one that was ended is none", async () => {
    const keys = await open();
    const [holder, other] = [
      { account: 3, keyId: 17 },
      { account: 3, keyId: 18 },
    ];
    await keys.open(holder, A_KEY.replace("a", "c"));
    const key = await keys.open(holder, A_KEY);
    expect([
      [await keys.extend(other, key), await keys.close(other, key), await keys.extend(holder, key)],
      [
        await keys.close(holder, key),
        await keys.close(holder, key),
        await keys.extend(holder, key),
        await keys.find(key),
      ],
      await keys.find(OTHER_KEY.replace("b", "d")),
    ]).toEqual([[false, false, true], [true, false, false, null], null]);
  });
}
