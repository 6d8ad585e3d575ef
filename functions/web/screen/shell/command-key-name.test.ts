/** A pressed key as the name that shortcuts are kept under. */
import { expect, test } from "vitest";
import { keyNameOf } from "./command-key-name.ts";

const pressed = { key: "b", ctrlKey: false, metaKey: false, altKey: false, isComposing: false, target: null };
const field = { matches: (selector: string) => selector.includes("input") };

test("a letter is its lower case, Ctrl and ⌘ are one modifier, and neither Alt nor a composition is a command", () => {
  expect([
    keyNameOf({ ...pressed, key: "B" }),
    keyNameOf({ ...pressed, key: "K", metaKey: true }),
    keyNameOf({ ...pressed, key: "k", ctrlKey: true }),
    keyNameOf({ ...pressed, altKey: true }),
    keyNameOf({ ...pressed, isComposing: true }),
    keyNameOf({ ...pressed, key: "Enter" }),
  ]).toEqual(["b", "Mod+k", "Mod+k", null, null, null]);
});

test("what is typed into a field is no command, but with the modifier", () => {
  expect([
    keyNameOf({ ...pressed, target: field }),
    keyNameOf({ ...pressed, key: "Enter", ctrlKey: true, target: field }),
  ]).toEqual([null, "Mod+enter"]);
});
