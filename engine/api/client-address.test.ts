/** Whom a chain of proxies stands for, and that nobody may choose it. */
import { describe, expect, test } from "vitest";
import { clientAddress, NO_PROXIES, proxyTrust } from "./client-address.ts";
import { addressIsAllowed } from "./ip-allow-list.ts";

/** What arrives behind an Ingress controller, an activator and a queue-proxy: each appended whom it heard. */
const OURS = "203.0.113.9, 10.0.0.7, 10.0.0.8";
const FORGED = "198.51.100.1";

describe("proxies that are counted", () => {
  const three = proxyTrust(3, []);

  test("the client is whom the outermost proxy of ours heard, whatever was written before", () => {
    const headers = [OURS, `${FORGED}, ${OURS}`, [FORGED, OURS]];
    expect(headers.map((header) => clientAddress("127.0.0.1", header, three))).toEqual([
      "203.0.113.9",
      "203.0.113.9",
      "203.0.113.9",
    ]);
    expect(clientAddress("127.0.0.1", "2001:db8::9,10.0.0.7,10.0.0.8", three)).toBe("2001:db8::9");
  });

  test("who came past a proxy is nobody, whom no list allows", () => {
    const past = [undefined, "", "10.0.0.7, 10.0.0.8"].map((header) => clientAddress("127.0.0.1", header, three));
    expect(past).toEqual(["", "", ""]);
    expect(past.map((address) => addressIsAllowed({ ipAllowList: ["0.0.0.0/0", "::/0"] }, address))).toEqual([
      false,
      false,
      false,
    ]);
    expect(addressIsAllowed({ ipAllowList: [] }, "")).toBe(true);
  });
});

describe("proxies that are listed", () => {
  const listed = proxyTrust(0, ["10.0.0.0/8", "2001:db8:1::/48", "192.0.2.7"]);

  test("a header of somebody who is not listed is not believed", () => {
    for (const header of [FORGED, "10.0.0.7", `${FORGED}, 10.0.0.7`]) {
      expect(clientAddress("203.0.113.9", header, listed)).toBe("203.0.113.9");
    }
  });

  test("the client is the rightmost that is not listed, whatever was written before", () => {
    const asked = (connection: string, header: string): string => clientAddress(connection, header, listed);
    expect([
      asked("10.0.0.8", "203.0.113.9"),
      asked("10.0.0.8", `${FORGED}, 203.0.113.9, 192.0.2.7, 10.1.2.3`),
      asked("2001:db8:1::5", `10.9.9.9, ${FORGED}, 203.0.113.9`),
      asked("::ffff:10.0.0.8", "203.0.113.9"),
    ]).toEqual(["203.0.113.9", "203.0.113.9", "203.0.113.9", "203.0.113.9"]);
  });

  test("where all are listed, the farthest one asks for itself", () => {
    expect(clientAddress("10.0.0.8", undefined, listed)).toBe("10.0.0.8");
    expect(clientAddress("10.0.0.8", "192.0.2.7, 10.0.0.9", listed)).toBe("192.0.2.7");
  });

  test("what a proxy appended that is no address is nobody, and does not uncover what the client wrote", () => {
    expect(clientAddress("10.0.0.8", `${FORGED}, unknown`, listed)).toBe("");
  });
});

test("counted proxies come first, listed ones behind them", () => {
  const both = proxyTrust(1, ["10.0.0.0/8"]);
  expect(clientAddress("127.0.0.1", `${FORGED}, 203.0.113.9, 10.0.0.7`, both)).toBe("203.0.113.9");
  // The connection is the counted one: it need not be listed, and does not become the client.
  expect(clientAddress("127.0.0.1", "203.0.113.9", both)).toBe("203.0.113.9");
  expect(clientAddress("127.0.0.1", undefined, both)).toBe("");
});

test("without proxies the connection says it, and the header says nothing", () => {
  expect(clientAddress("203.0.113.9", FORGED, NO_PROXIES)).toBe("203.0.113.9");
  expect(clientAddress("203.0.113.9", FORGED, proxyTrust(0, []))).toBe("203.0.113.9");
});

test.each([
  ["::ffff:203.0.113.9", "203.0.113.9"],
  ["203.0.113.9:443", "203.0.113.9"],
  ["[2001:DB8::9]:443", "2001:db8::9"],
  ["[2001:db8::9]", "2001:db8::9"],
  ["2001:DB8::9", "2001:db8::9"],
  ["::ffff:7", "::ffff:7"],
  ["localhost", ""],
])("%s has one spelling: %j", (written, address) => {
  expect(clientAddress(written, undefined, NO_PROXIES)).toBe(address);
});
