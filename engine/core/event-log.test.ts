/** The running hash of all that the core has said: of every bit, and of nothing else. */
import { expect, test } from "vitest";
import { EventLog, ROW } from "./event-log.ts";

type Said = readonly [first: number, second: number, text: string];

const SAID: readonly Said[] = [
  [1, 2, '{"a":1}'],
  [-0, 2 ** 53 - 1, "{}"],
  [3, 0.5, '{"longer":"text"}'],
];

/** Each pair of rows is a frame. @param restart frames between restarts; @param ask whether the hash is asked for at each row. */
function hashAfter(rows: readonly Said[], restart = Number.MAX_SAFE_INTEGER, ask = false) {
  let log = new EventLog();
  for (const [index, [first, second, text]] of rows.entries()) {
    const at = log.begin(ROW.commandRejected, 2);
    log.rows[at] = first;
    log.rows[at + 1] = second;
    if (ask) log.hash();
    log.writeText(ROW.fundsMoved, first, second, text);
    if (ask) log.hash();
    log.clear();
    if ((index + 1) % restart !== 0) continue;
    const captured = log.capture();
    log = new EventLog();
    log.restore(JSON.parse(JSON.stringify(captured)));
  }
  return { ...log.hash(), nextSeq: log.nextSeq };
}

test("the hash does not depend on when it is asked for, nor on restarts", () => {
  const whole = hashAfter(SAID);
  expect(whole.nextSeq).toBe(7);
  for (const restart of [1, 2, 3, 4]) expect(hashAfter(SAID, restart, restart % 2 === 0)).toEqual(whole);
});

test("a change of any bit of a row, of a text, or of the order shows in both halves of the hash", () => {
  const whole = hashAfter(SAID);
  const [first, second, third] = SAID as [Said, Said, Said];
  const changed: (readonly Said[])[] = [
    [first, [0, second[1], second[2]], third],
    [first, [second[0], second[1] - 1, second[2]], third],
    [first, second, [3, 0.5, '{"longer":"Text"}']],
    [[1, 2, second[2]], [second[0], second[1], first[2]], third],
    [second, first, third],
    [first, second],
    [...SAID, first],
  ];
  for (let bit = 0; bit < 64; bit += 1) {
    const words = new BigUint64Array(Float64Array.of(first[1]).buffer);
    words[0] = words[0]! ^ (1n << BigInt(bit));
    changed.push([[first[0], new Float64Array(words.buffer)[0]!, first[2]], second, third]);
  }
  for (const rows of changed) {
    const { hi, lo } = hashAfter(rows);
    expect(hi).not.toBe(whole.hi);
    expect(lo).not.toBe(whole.lo);
  }
});

test("rows and texts survive the log's growth", () => {
  const log = new EventLog();
  for (let row = 0; row < 5_000; row += 1) {
    const at = log.begin(ROW.levelChanged, 2);
    log.rows[at] = row;
    log.rows[at + 1] = -row;
  }
  const read = Array.from({ length: 5_000 }, (_, row) => [log.rows[row * 3 + 1], log.rows[row * 3 + 2]]);
  expect(read).toEqual(Array.from({ length: 5_000 }, (_, row) => [row, -row]));
  expect(log.words.buffer).toBe(log.rows.buffer);
});
