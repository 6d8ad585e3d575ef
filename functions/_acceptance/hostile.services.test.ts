/** 100,000 hostile requests and frames against the process of `npm start`: a minute of it, so not in `npm test`. `SEED` repeats it. */
import { wholeSuite } from "./hostile/whole-suite.ts";

wholeSuite(100_000, Number(process.env.SEED ?? 20_261_121));
