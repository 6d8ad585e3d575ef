/** Limits of the core that are part of its rules. */

/** A command whose deadline lies further ahead of the engine's clock is refused: 60 s and some skew of an edge's clock. */
export const DEADLINE_AHEAD_MAX_US = 65_000_000;
/** Parts of one iceberg where an instrument sets no bound of its own: what one command may have to fill stays finite. */
export const ICEBERG_PARTS_CEILING = 10_000;
/** A seller's trailing delta stays below the whole price, or it could never fire. */
export const SELL_DELTA_END_BIPS = 10_000;
export const ACCOUNTS_MAX = 2 ** 24;
export const ASSETS_MAX = 4096;
export const INSTRUMENTS_MAX = 4096;
export const NAME_CHARACTERS_MAX = 64;
export const REFERENCE_CHARACTERS_MAX = 128;
