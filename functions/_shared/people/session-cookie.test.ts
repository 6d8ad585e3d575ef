/** The cookie of a session, and the codes that are typed by hand. */
import { expect, test } from "vitest";
import { newRecoveryCode, newToken, recoveryCodeTyped } from "./person-secrets.ts";
import { setCookie, tokenIn } from "./session-cookie.ts";

const HTTPS = "https://exchange.example.org";
const HTTP = "http://localhost:8080";

test("on https the cookie is this host's alone and never leaves by http; on http it has another name", () => {
  const token = newToken();
  expect([setCookie(HTTPS, token), setCookie(HTTP, token), setCookie(HTTPS, null)]).toEqual([
    `__Host-tidebook=${token}; Max-Age=2592000; Path=/; HttpOnly; SameSite=Strict; Secure`,
    `tidebook=${token}; Max-Age=2592000; Path=/; HttpOnly; SameSite=Strict`,
    "__Host-tidebook=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict; Secure",
  ]);
  const sent = [
    `__Host-tidebook=${token}`,
    `a=b; __Host-tidebook=${token}`,
    `tidebook=${token}`,
    `x__Host-tidebook=${token}`,
  ];
  expect(sent.map((header) => tokenIn(header, HTTPS))).toEqual([token, token, null, null]);
  expect(tokenIn(`tidebook=${token}; tidebook=${newToken()}`, HTTP)).toBe(null);
});

test("a code is read however it is typed, and nothing else is a code", () => {
  const code = newRecoveryCode();
  const typed = [
    code,
    code.toLowerCase(),
    code.replaceAll("-", ""),
    ` ${code.replaceAll("-", " ")} `,
    code.replaceAll("0", "o"),
  ];
  expect(typed.map(recoveryCodeTyped)).toEqual(typed.map(() => code));
  expect(["", "0", `${code}0`, code.replace(/.$/, "U"), code.replace(/.$/, "é")].map(recoveryCodeTyped)).toEqual([
    ...[null, null, null, null, null],
  ]);
});
