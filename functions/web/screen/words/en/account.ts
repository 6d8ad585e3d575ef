/** Words of account/. */
export const account = {};
