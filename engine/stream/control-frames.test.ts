/** Control frames, request and answer, letter by letter. */
import { expect, test } from "vitest";
import { faultText, parseControlFrame } from "./control-frames.ts";

const UNKNOWN_VARIANT =
  "Invalid request: unknown variant `subscribe`, expected one of `SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY`";
const BAD_ID = "Invalid request: request ID must be an unsigned integer";

test.each([
  ['{"method":"SUBSCRIBE","params":["a","b"],"id":1}', { method: "SUBSCRIBE", id: "1", names: ["a", "b"] }],
  ['{"method":"UNSUBSCRIBE","params":["a"],"id":"x1"}', { method: "UNSUBSCRIBE", id: '"x1"', names: ["a"] }],
  ['{"method":"LIST_SUBSCRIPTIONS","id":3}', { method: "LIST_SUBSCRIPTIONS", id: "3" }],
  ['{"method":"LIST_SUBSCRIPTIONS","params":[],"id":null}', { method: "LIST_SUBSCRIPTIONS", id: "null" }],
  ['{"method":"SET_PROPERTY","params":["combined",true],"id":5}', { method: "SET_PROPERTY", id: "5", combined: true }],
  ['{"method":"GET_PROPERTY","params":["combined"],"id":-2}', { method: "GET_PROPERTY", id: "-2" }],
])("%s is understood", (text, request) => {
  expect(parseControlFrame(text)).toEqual(request);
});

test.each([
  ["9223372036854775807", "9223372036854775807"],
  ["-9223372036854775808", "-9223372036854775808"],
  ['"9b2f4f0e-8d6e-4a39-9d31-2f5e3f4f0a11"', '"9b2f4f0e-8d6e-4a39-9d31-2f5e3f4f0a11"'],
  ['"1"', '"1"'],
  ["1", "1"],
  ["null", "null"],
])("the id %s comes back as it was written", (written, echoed) => {
  expect(parseControlFrame(`{"method":"LIST_SUBSCRIPTIONS","id":${written}}`)).toMatchObject({ id: echoed });
});

test.each([
  ['{"method":"subscribe","params":["a"],"id":1}', 2, UNKNOWN_VARIANT, "1"],
  ['{"params":["a"],"id":1}', 2, "Invalid request: missing field `method`", "1"],
  ['{"method":"SUBSCRIBE","id":"q"}', 2, "Invalid request: missing field `params`", '"q"'],
  ['{"method":"SUBSCRIBE","params":"a","id":1}', 2, "Invalid request: params must be an array", "1"],
  ['{"method":"SUBSCRIBE","params":["a",7],"id":1}', 2, "Invalid request: a stream name must be a string", "1"],
  ['{"method":"LIST_SUBSCRIPTIONS","params":["a"],"id":1}', 2, "Invalid request: too many parameters", "1"],
  ['{"method":"SUBSCRIBE","params":["a"],"id":1.5}', 2, BAD_ID, "null"],
  ['{"method":"SUBSCRIBE","params":["a"],"id":true}', 2, BAD_ID, "null"],
  ['{"method":"SUBSCRIBE","params":["a"]}', 2, BAD_ID, "null"],
  ['{"method":"SUBSCRIBE","params":["a"],"id":9223372036854775808}', 2, BAD_ID, "null"],
  ['{"method":"SUBSCRIBE","params":["a"],"id":{"a":1}}', 2, BAD_ID, "null"],
  [`{"method":"SUBSCRIBE","params":["a"],"id":"${"a".repeat(37)}"}`, 2, BAD_ID, "null"],
  ['{"method":"SET_PROPERTY","params":["colour",true],"id":1}', 0, "Unknown property", "1"],
  ['{"method":"GET_PROPERTY","params":["colour"],"id":1}', 0, "Unknown property", "1"],
  ['{"method":"SET_PROPERTY","params":["combined","yes"],"id":1}', 1, "Invalid value type: expected Boolean", "1"],
  ['{"method":"SET_PROPERTY","params":[1,true],"id":1}', 2, "Invalid request: property name must be a string", "1"],
  ['{"method":"GET_PROPERTY","params":["combined",true],"id":1}', 2, "Invalid request: too many parameters", "1"],
  ["[1]", 2, "Invalid request: expected an object", "null"],
  ["7", 2, "Invalid request: expected an object", "null"],
])("%s is refused with code %i", (text, code, message, id) => {
  const fault = parseControlFrame(text);
  expect(fault).toEqual({ method: "fault", id, code, message });
  expect(faultText({ id, code: code as 0 | 1 | 2 | 3, message })).toBe(
    `{"code":${code},"msg":${JSON.stringify(message)},"id":${id}}`,
  );
});

test.each(["", "{", "hello", '{"method":"SUBSCRIBE"', "\u0000"])("%j is not JSON: code 3", (text) => {
  const fault = parseControlFrame(text);
  expect(fault).toMatchObject({ method: "fault", id: "null", code: 3 });
  expect(fault.method === "fault" && fault.message.startsWith("Invalid JSON: ")).toBe(true);
});
