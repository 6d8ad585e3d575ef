/** Whom a chain of proxies stands for, and that nobody may choose it. */
import { expect, test } from "vitest";
import { addressIsAllowed } from "../../engine/api/ip-allow-list.ts";
import { clientAddress } from "./client-address.ts";

/** What arrives behind an Ingress controller, an activator and a queue-proxy: each appended whom it heard. */
const OURS = "203.0.113.9, 10.0.0.7, 10.0.0.8";

test("the client is whom the outermost proxy of ours heard, whatever was written before", () => {
  const spoofed = `198.51.100.1, ${OURS}`;
  expect([OURS, spoofed, ["198.51.100.1", OURS]].map((header) => clientAddress("127.0.0.1", header, 3))).toEqual([
    "203.0.113.9",
    "203.0.113.9",
    "203.0.113.9",
  ]);
  expect(clientAddress("127.0.0.1", "2001:db8::9,10.0.0.7,10.0.0.8", 3)).toBe("2001:db8::9");
});

test("without proxies the connection says it, and the header says nothing", () => {
  expect(clientAddress("203.0.113.9", "198.51.100.1", 0)).toBe("203.0.113.9");
});

test("who came past a proxy is nobody, whom no list allows", () => {
  const past = [undefined, "", "10.0.0.7, 10.0.0.8"].map((header) => clientAddress("127.0.0.1", header, 3));
  expect(past).toEqual(["", "", ""]);
  expect(past.map((address) => addressIsAllowed({ ipAllowList: ["0.0.0.0/0", "::/0"] }, address))).toEqual([
    false,
    false,
    false,
  ]);
  expect(addressIsAllowed({ ipAllowList: [] }, "")).toBe(true);
});
