/** As many hostile requests and frames as `HOSTILE_COUNT` says. Every run has a seed of its own unless `SEED` names one. */
import { wholeSuite } from "./hostile/whole-suite.ts";

wholeSuite(Number(process.env.HOSTILE_COUNT ?? 100_000), Number(process.env.SEED ?? Date.now() % 1_000_000));
