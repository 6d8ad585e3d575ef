/** The reference under the suite of the rules. */
import { bookSuite } from "./book-suite.ts";
import { ReferenceExchange } from "./reference-exchange.ts";

bookSuite("reference", () => new ReferenceExchange());
