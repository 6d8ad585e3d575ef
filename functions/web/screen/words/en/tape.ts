/** Words of tape/. */
export const tape = {};
