/**
 * Names that people choose: what may be one, and which of them look alike.
 *
 * Letters, marks and digits of one script, and a few signs between them; kept as NFC. Two names are one where they differ in
 * case alone or where Greek or Cyrillic letters stand for the Latin ones they look like. Nobody but its owner and the operator
 * reads a name, so this is against the operator's letting in the wrong one, and not a registry of brands.
 */
const LENGTH_MAX = 64;
/** Fillers and selectors, of which some are letters: a name of them shows nothing. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
const SHAPE = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}._'@+-]| (?! ))*$/u;
const SCRIPTS: readonly RegExp[] = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Hebrew}/u,
  /\p{Script=Arabic}/u,
  /\p{Script=Devanagari}/u,
  /\p{Script=Thai}/u,
  // Written together in one language each.
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}]/u,
];
const LOOKALIKES: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ["авсеһіјкмнорԛѕтухԝьᴦо", "abcehijkmhopqstyxwbro"],
    ["αβεηικμνορτυχωγ", "abehikmvoptyxwy"],
    ["ıłøđð", "ilodd"],
  ].flatMap(([from = "", to = ""]) => [...from].map((letter, index) => [letter, [...to][index] ?? letter])),
);

/** As it is kept. null: no name. */
export function personName(typed: string): string | null {
  const name = typed.normalize("NFC").trim();
  if (name.length < 1 || name.length > LENGTH_MAX || !SHAPE.test(name) || INVISIBLE.test(name)) return null;
  // What is of no script above (Georgian, say) is one script for all we know, and mixes with none of them.
  const scripts = SCRIPTS.filter((script) => script.test(name)).length;
  return scripts > 1 ? null : name;
}

/** The same for all names that look alike. @param name as `personName` gives it. */
export function nameKeyOf(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toUpperCase()
    .toLowerCase()
    .replaceAll(/[\s._'@+-]+/gu, " ")
    .trim();
  return [...plain].map((letter) => LOOKALIKES[letter] ?? letter).join("");
}
