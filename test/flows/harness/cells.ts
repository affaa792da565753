/**
 * Where every flow must do the same: each supported Node-RED, with the built-in service and with the same service
 * over HTTP. A cell is started when the first flow needs it and ends with all tests.
 */

import { type Backend, builtIn, overHttp } from "./backends.ts";
import { Cell } from "./cell.ts";

const nodeReds = ["node-red", "node-red-4"];
const backends: Record<string, () => Promise<Backend>> = {
  "built-in service": builtIn,
  "service over HTTP": overHttp,
};

let cells: Promise<Cell[]> | null = null;

export function allCells(): Promise<Cell[]> {
  cells ??= Promise.all(
    nodeReds.flatMap((nodeRed) =>
      Object.entries(backends).map(([service, open]) => Cell.open(nodeRed, service, open)),
    ),
  );
  return cells;
}

// Of the whole suite, since this module stands outside of any `describe`.
after(async () => {
  for (const cell of (await cells?.catch(() => [])) ?? []) await cell.close();
});
