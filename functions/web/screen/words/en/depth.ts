/** Words of depth/. */
export const depth = {};
