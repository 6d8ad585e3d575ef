/** Words of markets/. */
export const markets = {};
