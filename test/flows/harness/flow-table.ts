/** The table: a row is a flow, what is done with it, and what must come of it in every cell. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Cell } from "./cell.ts";
import { allCells, useCells } from "./cells.ts";
import type { FlowNode, SeenMessage } from "./protocol.ts";
import type { Scenario } from "./scenario.ts";

/** A text is what it must be, a RegExp what must be found in it; anything else must be equal. */
type Expected = unknown;

/** How many; a range where it depends on the moment at which something happens. */
export type Count = number | { least: number; most: number };

export const between = (least: number, most: number): Count => ({ least, most });

export interface Row {
  /** What is done until the last that must come is on its way. By default the inject node "ask" is pressed. */
  play?(flow: Scenario): Promise<void>;
  /**
   * What comes to each debug node: the payloads in order, or how many; of an error its code, or its message where
   * it has none. To a debug node that is not named here nothing comes.
   */
  comes: Record<string, Expected[] | Count>;
  /** Exactly. */
  modelCalls: Count;
  /** What Node-RED logs, from warnings upwards. */
  logs?: (string | RegExp)[];
  /** More that must be so in the end. */
  check?(flow: Scenario): void | Promise<void>;
}

/**
 * Runs each row in all cells at once.
 * @param folder the folder beside the tests that holds the flows; a row's name is its flow's file name
 */
export function flowTable(folder: string, rows: Record<string, Row>): void {
  describe(folder.replaceAll("-", " "), function () {
    this.timeout(120_000);
    useCells();
    for (const [rule, row] of Object.entries(rows)) {
      it(rule, async () => {
        const flow = readFlow(folder, rule);
        const outcomes = await Promise.allSettled((await allCells()).map((cell) => playIn(cell, flow, row)));
        const errors = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
        if (errors.length > 0) throw errors[0];
      });
    }
  });
}

/** A flow as the editor exports it. */
export function readFlow(folder: string, rule: string): FlowNode[] {
  const file = new URL(`../${folder}/${rule.replaceAll(" ", "-")}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8"));
}

async function playIn(cell: Cell, flow: FlowNode[], row: Row): Promise<void> {
  try {
    await play(await cell.begin(flow), row);
  } catch (error) {
    if (error instanceof Error) error.message = `${cell.name}: ${error.message}`;
    throw error;
  }
}

async function play(scenario: Scenario, row: Row): Promise<void> {
  await (row.play ?? ((flow) => flow.press("ask")))(scenario);
  for (const [box, expected] of Object.entries(row.comes)) {
    await scenario.arrived(box, Array.isArray(expected) ? expected.length : leastOf(expected));
  }
  await scenario.over();
  for (const box of new Set([...Object.keys(row.comes), ...Object.keys(scenario.boxes)])) {
    const came = scenario.boxes[box] ?? [];
    const expected = row.comes[box] ?? 0;
    const what = `what came to "${box}"`;
    if (Array.isArray(expected)) assertAlike(came.map(gist), expected, what);
    else assertCount(came.length, expected, what);
  }
  assertAlike(scenario.logged, row.logs ?? [], "the log");
  assertCount(scenario.asked.length, row.modelCalls, "the number of model calls");
  await row.check?.(scenario);
}

const leastOf = (count: Count) => (typeof count === "number" ? count : count.least);

function assertCount(came: number, expected: Count, what: string): void {
  if (typeof expected === "number") assert.equal(came, expected, what);
  else assert.ok(came >= expected.least && came <= expected.most, `${what}: ${came}`);
}

/** What a message is about: its error, if it has one, else its payload. */
function gist({ error, payload }: SeenMessage): unknown {
  if (typeof error !== "object" || error === null) return payload;
  return "code" in error ? error.code : "message" in error ? error.message : error;
}

/** Takes the place of what a RegExp fits, so that the whole list is compared at once. */
function assertAlike(came: unknown[], expected: Expected[], what: string): void {
  const wanted = expected.map((one, at) => {
    const given = came[at];
    return one instanceof RegExp && one.test(String(given)) ? given : one;
  });
  assert.deepEqual(came, wanted, what);
}
