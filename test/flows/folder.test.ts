/** The example that keeps a folder in step with a vector store, as the editor imports it. */
import assert from "node:assert/strict";
import { mkdir, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AssistantsApi } from "../../src/contract/api.ts";
import type { VectorStoreFile } from "../../src/contract/objects.ts";
import { ROOT } from "../architecture/sources.ts";
import { config } from "../nodes/node-fields.ts";
import { temporaryDirectory } from "../nodes/temporary-directory.ts";
import type { Cell } from "./harness/cell.ts";
import { allCells, useCells } from "./harness/cells.ts";
import type { FlowNode } from "./harness/protocol.ts";
import type { Scenario } from "./harness/scenario.ts";

const service = config();

/** The first file starts the service and the process that reads it, in all cells at once. */
const FIRST_FILE_MS = 90_000;

interface ExampleNode extends FlowNode {
  z: string;
  wires: string[][];
}

/**
 * The example with its folder elsewhere, looked at only when its button is pressed, and with a service of its
 * own. Debug nodes tell what the comparison has come to, and when.
 */
async function example(folder: string): Promise<FlowNode[]> {
  const flow: ExampleNode[] = JSON.parse(await readFile(join(ROOT, "examples", "folder.json"), "utf8"));
  const compare = flow.find(({ name }) => name === "compare");
  const changed = flow.map((node) => {
    if (node.type === "tab") return { ...node, env: [{ name: "FOLDER", value: folder, type: "str" }] };
    if (node.name === "Every minute") return { ...node, repeat: "", once: false };
    if (node === compare) return { ...node, wires: node.wires.map((port) => [...port, "differences"]) };
    return "config" in node ? { ...node, config: service.id } : node;
  });
  const debug = { type: "debug", z: compare?.z, active: true, complete: "payload", targetType: "msg" };
  return [
    ...[service, ...changed],
    { ...debug, id: "differences", name: "Differences", wires: [] },
    { id: "looked", type: "complete", z: compare?.z, scope: [compare?.id], wires: [["looks"]] },
    { ...debug, id: "looks", name: "Looks", wires: [] },
  ];
}

/** One Node-RED with the example and a folder of its own. */
class FolderInStep {
  readonly folder: string;
  readonly scenario: Scenario;
  readonly #flow: FlowNode[];
  #changes = 0;

  constructor(folder: string, scenario: Scenario, flow: FlowNode[]) {
    this.folder = folder;
    this.scenario = scenario;
    this.#flow = flow;
  }

  /** Gives a message to the assistant, or to the node that searches. */
  ask(node: "ensure" | "search", payload: string): Promise<void> {
    const asked = this.#flow.findLast(({ operation }) => operation === node);
    return this.scenario.send(asked?.id ?? "", { payload });
  }

  /** What is told of the next changes, in alphabetical order. */
  async changes(count: number): Promise<unknown[]> {
    this.#changes += count;
    await this.scenario.arrived("Changes", this.#changes, FIRST_FILE_MS);
    return this.#all().slice(-count).sort();
  }

  /** Looks at the folder once more; nothing may come of it. */
  async nothingChanges(): Promise<void> {
    const { boxes } = this.scenario;
    const count = (box: string) => boxes[box]?.length ?? 0;
    const differences = count("Differences");
    await this.scenario.press("Every minute");
    await this.scenario.arrived("Looks", count("Looks") + 1);
    assert.equal(count("Differences"), differences);
  }

  async files(): Promise<VectorStoreFile[]> {
    const { api } = this.scenario;
    const { data } = await api.listVectorStores({});
    const found = data.map(({ id, name, metadata, created_at }) => ({ id, name, metadata, created_at }));
    assert.equal(data.length, 1, `the vector stores are ${JSON.stringify(found)}`);
    return (await api.listVectorStoreFiles({ vector_store_id: data[0]?.id ?? "" })).data;
  }

  async paths(): Promise<unknown[]> {
    return (await this.files()).map(({ attributes }) => attributes?.["path"]).sort();
  }

  #all(): unknown[] {
    return (this.scenario.boxes["Changes"] ?? []).map(({ payload }) => payload);
  }
}

/** Plays the same in every cell, each with an empty service: other flows have left what they made there. */
function inEveryCell(rule: string, play: (step: FolderInStep) => Promise<void>): void {
  it(rule, async () => {
    const outcomes = await Promise.allSettled((await allCells()).map((cell) => playIn(cell, play)));
    const errors = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    if (errors.length > 0) throw errors[0];
  });
}

async function playIn(cell: Cell, play: (step: FolderInStep) => Promise<void>): Promise<void> {
  await using directory = await temporaryDirectory();
  const folder = join(directory.path, "documents");
  const flow = await example(folder);
  const scenario = await cell.begin(flow);
  try {
    // Other flows have been here before.
    await empty(scenario.api);
    await play(new FolderInStep(folder, scenario, flow));
  } catch (error) {
    if (error instanceof Error) error.message = `${cell.name}: ${error.message}`;
    throw error;
  }
}

async function empty(api: AssistantsApi): Promise<void> {
  for (const { id } of (await api.listVectorStores({ limit: 100 })).data) {
    await api.deleteVectorStore({ vector_store_id: id });
  }
  for (const { id } of (await api.listFiles({})).data) await api.deleteFile({ file_id: id });
}

describe("the example of a folder in step", function () {
  this.timeout(240_000);
  useCells();

  inEveryCell("adds a note, reads it again when it changes, and removes it", async (step) => {
    const { scenario } = step;
    await scenario.press("Write a note");
    assert.deepEqual(await step.changes(1), ["added dog.md"]);
    await step.ask("search", "Where does Waldo sleep?");
    const { payload: found } = await scenario.arrived("What was found");
    assert.match(JSON.stringify(found), /kitchen/);

    await scenario.press("Change it");
    assert.deepEqual(await step.changes(1), ["changed dog.md"]);
    assert.deepEqual(await step.paths(), ["dog.md"]);
    await step.ask("search", "Where does Waldo sleep?");
    assert.match(JSON.stringify((await scenario.arrived("What was found", 2)).payload), /garden/);

    await scenario.press("Delete it");
    assert.deepEqual(await step.changes(1), ["removed dog.md"]);
    assert.deepEqual([await step.files(), (await scenario.api.listFiles({})).data], [[], []]);
    assert.deepEqual(scenario.boxes["Error"] ?? [], []);
  });

  inEveryCell("lets an assistant answer from the folder", async (step) => {
    const { scenario } = step;
    await scenario.press("Write a note");
    await step.changes(1);
    const script = 'call file_search {"queries":["Waldo"]} / say {file_search}';
    await step.ask("ensure", script);
    const { payload } = await scenario.arrived("The answer");
    assert.match(String(payload), /He sleeps in the kitchen/);
    await scenario.over();
  });

  inEveryCell("finds files in folders of the folder, and leaves out hidden ones", async (step) => {
    for (const folder of [join("in", "deep"), "empty", ".hidden"]) {
      await mkdir(join(step.folder, folder), { recursive: true });
    }
    for (const name of ["a.txt", "in/a.txt", "in/deep/b.md", ".hidden.txt", ".hidden/c.txt"]) {
      await writeFile(join(step.folder, name), `This is ${name}.`);
    }
    await step.scenario.press("Every minute");
    await step.changes(3);
    assert.deepEqual(await step.paths(), ["a.txt", "in/a.txt", "in/deep/b.md"]);
    await step.nothingChanges();
  });

  inEveryCell("says which files it passes over: empty ones and symbolic links", async (step) => {
    const { scenario, folder } = step;
    await mkdir(folder);
    await writeFile(join(folder, "a.txt"), "apple");
    await writeFile(join(folder, "nothing.txt"), "");
    await symlink(join(folder, "a.txt"), join(folder, "link.txt"));
    await scenario.press("Every minute");
    await scenario.shows("compare", "2 passed over: link.txt (no file of its own), nothing.txt (empty)");
    await step.changes(1);
    assert.deepEqual(await step.paths(), ["a.txt"]);
  });

  inEveryCell("keeps what a file was before until the new one can be searched", async (step) => {
    const { scenario, folder } = step;
    await scenario.press("Write a note");
    await step.changes(1);
    await writeFile(join(folder, "dog.md"), Buffer.from([0, 1, 2, 0]));
    await scenario.press("Every minute");
    await scenario.arrived("Error");
    await step.ask("search", "Where does Waldo sleep?");
    assert.match(JSON.stringify((await scenario.arrived("What was found")).payload), /kitchen/);
    await scenario.press("Every minute");
    assert.deepEqual(await step.changes(1), ["removed an old dog.md"]);
    const [file, ...others] = await step.files();
    assert.deepEqual([file?.status, others], ["failed", []]);
  });

  inEveryCell("tries the failed ones again, and knows them afterwards", async (step) => {
    const { scenario } = step;
    await mkdir(step.folder);
    await writeFile(join(step.folder, "a.zip"), "x");
    await scenario.press("Every minute");
    await scenario.arrived("Error", 1, FIRST_FILE_MS);
    const before = await step.files();
    await scenario.press("Try the failed ones again");
    await scenario.arrived("Error", 2);
    const after = await step.files();
    assert.deepEqual(
      after.map(({ id, attributes }) => [id, attributes]),
      before.map(({ id, attributes }) => [id, attributes]),
    );
    await step.nothingChanges();
    await rm(join(step.folder, "a.zip"));
    await scenario.press("Every minute");
    assert.deepEqual(await step.changes(1), ["removed a.zip"]);
    await scenario.press("Try the failed ones again");
    await scenario.shows("as they were", "none has failed");
  });

  inEveryCell("quotes nothing that shares little with the question", async (step) => {
    const { scenario } = step;
    await scenario.press("Write a note");
    await step.changes(1);
    await step.ask("search", "When does the museum open?");
    assert.deepEqual((await scenario.arrived("What was found")).payload, []);
    await scenario.press("Where does Waldo sleep?");
    assert.match(JSON.stringify((await scenario.arrived("What was found", 2)).payload), /kitchen/);
    await scenario.over();
  });

  inEveryCell("says once of a file that it cannot be read, until it changes", async (step) => {
    const { scenario } = step;
    await mkdir(step.folder);
    await writeFile(join(step.folder, "a.zip"), "x");
    await scenario.press("Every minute");
    const { error } = await scenario.arrived("Error", 1, FIRST_FILE_MS);
    assert.match(JSON.stringify(error), /indexing_failed/);
    await step.nothingChanges();
    assert.equal(scenario.boxes["Error"]?.length, 1);
    await utimes(join(step.folder, "a.zip"), new Date(), new Date(Date.now() + 5000));
    await scenario.press("Every minute");
    await scenario.arrived("Error", 2);
    await scenario.press("Every minute");
    assert.deepEqual(await step.changes(1), ["removed an old a.zip"]);
  });

  inEveryCell("goes on after a restart with what it has", async (step) => {
    const { scenario } = step;
    await scenario.press("Write a note");
    await step.changes(1);
    const [before] = await step.files();
    await scenario.kill();
    await scenario.start();
    await step.nothingChanges();
    assert.deepEqual(await step.files(), [before]);
    await rm(join(step.folder, "dog.md"));
    await scenario.press("Every minute");
    assert.deepEqual(await step.changes(1), ["removed dog.md"]);
  });

  inEveryCell("removes nothing when the folder is not there", async (step) => {
    const { scenario } = step;
    await scenario.press("Write a note");
    await step.changes(1);
    await rm(step.folder, { recursive: true });
    await step.nothingChanges();
    assert.deepEqual(await step.paths(), ["dog.md"]);
    await scenario.shows("compare", `see FOLDER of the tab: no folder ${step.folder}`);
  });
});
