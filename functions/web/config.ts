/** The settings of web as a process of its own: where it listens, and where people find it. No secret, and no address to ask. */
import type { z } from "zod";
import { type Environment, publicOrigin } from "../../engine/protocol/setting.ts";
import { serverSchema, settingsOf } from "../_shared/function-config.ts";

export const webSchema = serverSchema.extend({
  /** Not set: nobody is told to come by https alone. */
  PUBLIC_ORIGIN: publicOrigin.optional(),
});

/** @throws SettingsMistaken */
export function readConfig(environment: Environment): z.output<typeof webSchema> {
  return settingsOf(webSchema, environment);
}
