/** The fast core under the suite of the rules. */
import { bookSuite } from "./book-suite.ts";
import { CoreExchange } from "./core-exchange.ts";

bookSuite("core", () => new CoreExchange());
