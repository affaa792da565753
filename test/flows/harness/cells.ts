/**
 * Where every flow must do the same: each supported Node-RED, with the built-in service and with the same
 * service over HTTP. They are started by the first table and end with the last.
 */

import { type Backend, builtIn, overHttp } from "./backends.ts";
import { Cell } from "./cell.ts";

const START_LIMIT_MS = 120_000;
const nodeReds = ["node-red", "node-red-4"];
const backends: Record<string, () => Promise<Backend>> = {
  "built-in service": builtIn,
  "service over HTTP": overHttp,
};

let cells: Promise<Cell[]> | null = null;
let users = 0;

/** Those of all tables; started by the first who asks. */
export function allCells(): Promise<Cell[]> {
  cells ??= Promise.all(
    nodeReds.flatMap((nodeRed) =>
      Object.entries(backends).map(([service, open]) => Cell.open(nodeRed, service, open)),
    ),
  );
  return cells;
}

/** Within a `describe`: its tests run in the cells. The last of all such ends them. */
export function useCells(): void {
  // Every table is known before the first test runs.
  users += 1;
  before(async function () {
    this.timeout(START_LIMIT_MS);
    await allCells();
  });
  after(async () => {
    users -= 1;
    if (users > 0) return;
    for (const cell of (await cells?.catch(() => [])) ?? []) await cell.close();
    cells = null;
  });
}
