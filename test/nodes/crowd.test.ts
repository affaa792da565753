/** Many questions at once, with tools as bad as tools are. */
import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import { calls, type Script, says } from "../scripted-model.ts";
import { catchAll, complete, inbox, run } from "./node-fields.ts";
import { runFlow } from "./running-flow.ts";
import { serveModel } from "./served-model.ts";

const QUESTIONS = 200;
const THREADS = 20;

const around = [...["answers", "calls", "caught", "completed"].map(inbox), catchAll(), complete("run")];

/** Calls both functions, then says which question it was asked. */
const asksBoth: Script = (request, signal) => {
  const last = request.items.at(-1);
  if (last?.type !== "tool_output") return calls({ name: "left" }, { name: "right" })(request, signal);
  const question = request.items.findLast((item) => item.type === "message");
  const part = question?.content[0];
  return says(part?.type === "text" ? `answer to ${part.text}` : "")(request, signal);
};

describe("two hundred questions at once on twenty threads", function () {
  this.timeout(90_000);

  it("get exactly one answer each, their own, in order within their thread, and leave no run active", async () => {
    await using served = await serveModel([asksBoth]);
    const nodes = [served.config, run({ toolTimeout: 1, wires: [["answers"], ["calls"]] }), ...around];
    await using flow = await runFlow(nodes, { credentials: served.credentials });
    const tools = ["left", "right"].map((name) => ({ type: "function" as const, function: { name } }));
    const assistant = (await served.api.createAssistant({ model: "m", tools })).id;
    const threads = await Promise.all(Array.from({ length: THREADS }, () => served.api.createThread({})));

    let seen = 0;
    const kept: NodeMessage[] = [];
    const back = (msg: NodeMessage) => flow.send("run", msg);
    flow.node("calls").on("input", (call) => {
      const number = seen++;
      // One in twenty is never answered.
      if (number % 20 === 7) return;
      // One in ten fails, as Catch tells of it.
      if (number % 10 === 3)
        return back({ ...call, error: { message: "down", source: { id: "f", type: "function" } } });
      const answer = { ...call, payload: `${call.topic} of ${number}` };
      // Every second waits until the next has been answered.
      const before = kept.pop();
      if (number % 2 === 0 && !before) kept.push(answer);
      else back(answer);
      if (before) back(before);
      // One in ten is answered twice.
      if (number % 10 === 5) back({ ...answer, payload: "again" });
    });

    for (let question = 0; question < QUESTIONS; question += 1) {
      const thread = threads[question % THREADS]?.id;
      flow.send("run", {
        _msgid: `question ${question}`,
        payload: `question ${question}`,
        thread,
        assistant,
      });
    }
    const answers: NodeMessage[] = [];
    while (answers.length < QUESTIONS) answers.push(await flow.inbox("answers").next());

    for (const { _msgid, payload } of answers) assert.equal(payload, `answer to ${_msgid}`);
    assert.equal(new Set(answers.map(({ _msgid }) => _msgid)).size, QUESTIONS);
    for (let thread = 0; thread < THREADS; thread += 1) {
      const order = answers
        .map(({ _msgid }) => Number(_msgid?.split(" ")[1]))
        .filter((n) => n % THREADS === thread);
      assert.deepEqual(
        order,
        order.toSorted((left, right) => left - right),
      );
    }
    assert.equal(flow.inbox("caught").arrived.length, 0);
    assert.equal(served.model.requests.length, 2 * QUESTIONS);
    for (const { id } of threads) {
      const { data } = await served.api.listRuns({ thread_id: id, limit: 100 });
      assert.deepEqual([...new Set(data.map(({ status }) => status))], ["completed"]);
    }
    assert.equal(flow.inbox("completed").arrived.length, QUESTIONS);
  });
});
