/** Writes docs/errors.md. */
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorsPage } from "./errors/errors-page.ts";

writeFileSync(join(dirname(import.meta.dirname), "docs", "errors.md"), errorsPage());
