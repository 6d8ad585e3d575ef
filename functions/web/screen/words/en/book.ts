/** Words of book/. */
export const book = {};
