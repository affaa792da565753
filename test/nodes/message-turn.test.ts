/** The turn that a message node takes on a thread, and keeps for the run node that receives its message. */
import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import { type Script, says } from "../scripted-model.ts";
import { catchAll, complete, functionNode, inbox, message, run } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { type Served, serveModel } from "./served-model.ts";

/** How long a turn is kept for a run that does not come. */
const LENT_MS = 5000;

/** Says what it was asked last. */
const echo: Script = (request, signal) => {
  const question = request.items.findLast((item) => item.type === "message" && item.role === "user");
  const part = question?.type === "message" ? question.content[0] : undefined;
  return says(`Re ${part?.type === "text" ? part.text : ""}`)(request, signal);
};

const ends = [...["answers", "calls", "caught", "completed", "out"].map(inbox), catchAll()];
const told = complete("run");

describe("a message node that leads to a run node", () => {
  let served: Served;
  let flow: RunningFlow;
  let threadId: string;
  let assistant: string;

  async function start(...nodes: Parameters<typeof runFlow>[0]): Promise<void> {
    served = await serveModel([echo]);
    flow = await runFlow([served.config, ...nodes, ...ends], { credentials: served.credentials });
    threadId = (await served.api.createThread({})).id;
    assistant = (await served.api.createAssistant({ model: "m" })).id;
  }
  afterEach(async () => {
    await flow[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
  });

  const ask = (payload: string, fields: NodeMessage = {}) =>
    flow.send("message", { _msgid: payload, payload, thread: threadId, assistant, ...fields });
  const said = async () => {
    const { data } = await served.api.listMessages({ thread_id: threadId, order: "asc" });
    return data.map(({ content: [part] }) => (part?.type === "text" ? part.text.value : ""));
  };

  it("lets no other question between its message and the answer", async () => {
    await start(message({ wires: [["run"]] }), run());
    for (const payload of ["1", "2", "3"]) ask(payload);
    const answers: unknown[] = [];
    while (answers.length < 3) {
      const { _msgid, payload } = await flow.inbox("answers").next();
      answers.push([_msgid, payload]);
    }
    assert.deepEqual(answers, [
      ["1", "Re 1"],
      ["2", "Re 2"],
      ["3", "Re 3"],
    ]);
    assert.deepEqual(await said(), ["1", "Re 1", "2", "Re 2", "3", "Re 3"]);
  });

  it("lets a second message node write for the same question", async () => {
    const second = message({ id: "second", content: "and more", contentType: "str", wires: [["run"]] });
    await start(message({ wires: [["second"]] }), second, run());
    const begun = Date.now();
    ask("1");
    await flow.inbox("answers").next();
    assert.deepEqual(await said(), ["1", "and more", "Re and more"]);
    assert.ok(Date.now() - begun < LENT_MS, "nobody waited for a turn");
  });

  it("gives a turn back that no run takes up", async function () {
    this.timeout(20_000);
    const filter = functionNode("filter", 'return msg.payload === "1" ? null : msg;', { wires: [["run"]] });
    await start(message({ wires: [["filter", "out"]] }), filter, run());
    ask("1");
    await flow.inbox("out").next();
    const begun = Date.now();
    ask("2");
    assert.equal((await flow.inbox("answers").next()).payload, "Re 2");
    assert.ok(Date.now() - begun > LENT_MS / 2);
  });

  it("gives its turn back at once when the thread is cancelled", async () => {
    const filter = functionNode("filter", 'return msg.payload === "1" ? null : msg;', { wires: [["run"]] });
    await start(message({ wires: [["filter", "out"]] }), filter, run(), told);
    ask("1");
    await flow.inbox("out").next();
    flow.send("run", { cancel: true, thread: threadId });
    await flow.inbox("completed").next();
    const begun = Date.now();
    ask("2");
    await flow.inbox("answers").next();
    assert.ok(Date.now() - begun < LENT_MS);
  });

  it("holds nobody up where no run node comes after it", async () => {
    const onward = functionNode("onward", "return msg;", { wires: [["out"]] });
    await start(message({ wires: [["onward"]] }), onward);
    const begun = Date.now();
    for (const payload of ["1", "2", "3"]) ask(payload);
    for (const _ of [1, 2, 3]) await flow.inbox("out").next();
    assert.ok(Date.now() - begun < LENT_MS);
    assert.deepEqual(await said(), ["1", "2", "3"]);
  });
});
