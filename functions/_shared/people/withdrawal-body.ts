/** A person's withdrawal as it is sent: in the purpose of a challenge, and with the assertion that answers it. */
import { z } from "zod";
import { PLAIN_TEXT } from "../../../engine/protocol/plain-text.ts";

const plain = (lengthMax: number) => z.string().max(lengthMax).regex(PLAIN_TEXT, "holds no control characters");

/** Bounds as of the signed request's parameters. */
export const newWithdrawal = z.strictObject({
  coin: z.string().regex(/^[A-Z0-9._-]{1,20}$/, "is the name of a coin"),
  amount: z.string().regex(/^[0-9]{1,20}(\.[0-9]{1,20})?$/, 'is a plain decimal in a string, like "0.01"'),
  address: plain(256).min(1),
  network: plain(64).exactOptional(),
  addressTag: plain(256).exactOptional(),
  withdrawOrderId: plain(64).min(1),
});
