/** Writes docs/contract.md. */
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { contractPage } from "./contract/contract-page.ts";

writeFileSync(join(dirname(import.meta.dirname), "docs", "contract.md"), contractPage());
