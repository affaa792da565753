import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { NodeAPI } from "node-red";
import { type Journal, journalOf, mayHoldQuestions } from "../../../nodes/journal/journal.ts";
import type { Use } from "../../../nodes/shared/shared.ts";
import { called } from "../questions/tool-calls.ts";
import { type RunningFlow, runFlow } from "../running-flow.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const question = (id: string, node = "run") => {
  return { id, node, config: "", cancels: false, message: '{"payload":1}', asked: '{"content":"What?"}' };
};

describe("the journal of open questions", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let flow: RunningFlow;
  let RED: NodeAPI;
  let uses: Use<Journal>[];

  beforeEach(async () => {
    directory = await temporaryDirectory();
    flow = await runFlow([], { userDir: directory.path });
    RED = flow.RED;
    uses = [];
  });
  afterEach(async () => {
    for (const use of uses) await use.release();
    await flow[Symbol.asyncDispose]();
    await directory[Symbol.asyncDispose]();
  });

  function open(): Promise<Journal> {
    const use = journalOf(RED);
    uses.push(use);
    return use.get();
  }
  const closeAll = () => Promise.all(uses.splice(0).map((use) => use.release()));

  it("has each node's questions in the order of their coming, with what became of them", async () => {
    const journal = await open();
    await journal.begin(question("1"));
    await journal.begin(question("2"));
    await journal.begin(question("3", "other"));
    await journal.noteThread("1", "thread_1");
    await journal.noteRun("1", "run_1");
    const left = await journal.leftBy("run");
    assert.deepEqual(
      left.map(({ id, thread, run, message }) => [id, thread, run, message]),
      [
        ["1", "thread_1", "run_1", '{"payload":1}'],
        ["2", null, null, '{"payload":1}'],
      ],
    );
    assert.deepEqual((await journal.nodes()).sort(), ["other", "run"]);
  });

  it("keeps the first answer to a call, in the order of the rounds", async () => {
    const journal = await open();
    await journal.begin(question("1"));
    await journal.noteAnswer("1", { round: 2, call: called("b"), answer: { error: "down" } });
    await journal.noteAnswer("1", { round: 1, call: called("a"), answer: { payload: "first" } });
    await journal.noteAnswer("1", { round: 1, call: called("a"), answer: { payload: "second" } });
    const [left] = await journal.leftBy("run");
    assert.deepEqual(left?.answers, [
      { round: 1, call: called("a"), answer: { payload: "first" } },
      { round: 2, call: called("b"), answer: { error: "down" } },
    ]);
  });

  it("forgets a question with its answers, and takes none for it afterwards", async () => {
    const journal = await open();
    await journal.begin(question("1"));
    await journal.end("1");
    await journal.noteAnswer("1", { round: 1, call: called("a"), answer: { payload: 1 } });
    assert.deepEqual(await journal.leftBy("run"), []);
    assert.deepEqual(await journal.nodes(), []);
  });

  it("need not be opened at the next start where nothing is left", async () => {
    assert.equal(mayHoldQuestions(RED), false);
    const journal = await open();
    await journal.begin(question("1"));
    assert.equal(mayHoldQuestions(RED), true);
    await journal.end("1");
    await closeAll();
    assert.equal(mayHoldQuestions(RED), false);
  });

  it("stays marked while another node uses it, and when something is left", async () => {
    const [first, second] = [journalOf(RED), journalOf(RED)];
    uses.push(second);
    await first.get();
    await (await second.get()).begin(question("1"));
    await first.release();
    assert.equal(mayHoldQuestions(RED), true);
    await closeAll();
    assert.equal(mayHoldQuestions(RED), true);
    assert.equal((await (await open()).leftBy("run")).length, 1);
  });

  it("rejects where it cannot be written", async () => {
    await writeFile(join(directory.path, "assistants"), "a file where the directory should be");
    const journal = await open();
    await assert.rejects(journal.begin(question("1")), /EEXIST|ENOTDIR/);
    // Releasing it fails for the same reason.
    await assert.rejects(closeAll());
  });
});
