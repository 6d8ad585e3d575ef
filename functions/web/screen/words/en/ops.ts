/** Words of ops/. */
export const ops = {};
