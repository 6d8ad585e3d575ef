/** Words of order-form/. */
export const orderForm = {};
