/** Names: what may be one, and which are the same. */
import { expect, test } from "vitest";
import { nameKeyOf, personName } from "./person-name.ts";

test("a name is letters, digits and a few signs of one script, kept as NFC", () => {
  const typed = ["Ada", " Ada Lovelace ", "O'Neill-Smith", "李小龍", "Zoe\u0308", "Анна", "a1_.@+"];
  expect(typed.map(personName)).toEqual(["Ada", "Ada Lovelace", "O'Neill-Smith", "李小龍", "Zoë", "Анна", "a1_.@+"]);
  const none = ["", "-a", "a\tb", "a\u00a0b", "a\u200db", "pаypal", "Ωmega", "a/b", "a".repeat(65), "١a\u202e"];
  expect(none.map(personName)).toEqual(none.map(() => null));
  // Letters by their category, and nothing to be seen.
  const invisible = ["\u3164", "Ada\u3164", "\u115f", "\uffa0a", "a\ufe0f"];
  expect(invisible.map(personName)).toEqual(invisible.map(() => null));
});

test("names that look alike have one key, and others have others", () => {
  const alike = [
    ["Ada", "ada", "ADA", "Àda", "a.d.a".replaceAll(".", "")],
    // Cyrillic throughout; Greek throughout.
    ["Ace", "Асе"],
    ["KATE", "ΚΑΤΕ"],
    ["Ada Lovelace", "ada_lovelace", "ada-lovelace"],
    ["Straße", "STRASSE"],
  ];
  expect(alike.map((names) => new Set(names.map(nameKeyOf)).size)).toEqual(alike.map(() => 1));
  const different = ["Ada", "Adam", "Bda", "A da", "Анна"];
  expect(new Set(different.map(nameKeyOf)).size).toBe(different.length);
});
