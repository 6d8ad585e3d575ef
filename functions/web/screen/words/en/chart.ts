/** Words of chart/. */
export const chart = {};
