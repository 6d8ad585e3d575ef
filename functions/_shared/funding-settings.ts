/** The settings of whoever runs funding: the function by itself, or an exchange in one process. */
import { z } from "zod";
import { wholeNumber } from "../../engine/protocol/setting.ts";

const AUDIT_EVERY_S_MAX = 86_400;
export const fundingSettings = {
  /** Who lets a withdrawal go out. */
  TIDEBOOK_WITHDRAWAL_APPROVAL: z.enum(["operator", "automatic"]).default("operator"),
  /** 0: never by itself; somebody else asks for it (POST /ops/v1/audit). */
  TIDEBOOK_AUDIT_EVERY_S: wholeNumber(0, AUDIT_EVERY_S_MAX).default(300),
};
