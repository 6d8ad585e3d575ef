/** Limits of the core that are part of its rules. */

/** A command whose deadline lies further ahead of the engine's clock is refused: 60 s and some skew of an edge's clock. */
export const DEADLINE_AHEAD_MAX_US = 65_000_000;
export const ACCOUNTS_MAX = 2 ** 24;
export const ASSETS_MAX = 4096;
export const INSTRUMENTS_MAX = 4096;
export const NAME_CHARACTERS_MAX = 64;
export const REFERENCE_CHARACTERS_MAX = 128;
