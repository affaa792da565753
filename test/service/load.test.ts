import assert from "node:assert/strict";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { openServed } from "../contract/implementations.ts";
import { atRest, openCalls } from "../contract/run-progress.ts";
import { functionTools } from "../contract/subject.ts";
import { calls, type Script, ScriptedModel, says } from "../scripted-model.ts";

const CLIENTS = 20;
const RUNS_PER_CLIENT = 50;

/** Milliseconds between two looks at a run: a thousand watchers must leave time for the work. */
const INTERVAL = 100;
const PATIENCE = 55_000;

/** Calls `look` with the question, then answers with the output. */
const looksUp: Script = (request, signal) => {
  const last = request.items.at(-1);
  if (last?.type === "tool_output") return says(`Found: ${last.output}`)(request, signal);
  const question = last?.type === "message" && last.content[0]?.type === "text" ? last.content[0].text : "";
  return calls({ name: "look", arguments: JSON.stringify({ question }) })(request, signal);
};

/** One question on a thread of its own, with one tool round trip. The text of the answer. */
async function ask(api: AssistantsApi, assistant_id: string, question: string): Promise<string> {
  const thread = { messages: [{ role: "user" as const, content: question }] };
  const run = await api.createThreadAndRun({ assistant_id, thread });
  const { thread_id, id: run_id } = run;
  const waiting = await atRest(api, run, INTERVAL, PATIENCE);
  const [tool_call_id = ""] = openCalls(waiting);
  const written = waiting.required_action?.submit_tool_outputs.tool_calls[0]?.function.arguments ?? "{}";
  const tool_outputs = [{ tool_call_id, output: `output for ${written}` }];
  await api.submitToolOutputsToRun({ thread_id, run_id, tool_outputs });
  const { status } = await atRest(api, run, INTERVAL, PATIENCE);
  assert.equal(status, "completed");
  const [answer] = (await api.listMessages({ thread_id, run_id })).data;
  const part = answer?.content[0];
  return part?.type === "text" ? part.text.value : "";
}

describe("service under load", () => {
  it("completes 1,000 runs of 20 clients at once, each with its own answer", async function () {
    this.timeout(60_000);
    const model = new ScriptedModel(looksUp);
    await using served = await openServed(model);
    const clients = Array.from({ length: CLIENTS }, () => served.connect("openai"));
    const questions = clients.flatMap((client, index) =>
      Array.from({ length: RUNS_PER_CLIENT }, (_, run) => ({ client, text: `question ${index}.${run}` })),
    );
    try {
      const [first] = clients;
      assert.ok(first);
      const tools = functionTools("look");
      const { id } = await first.api.createAssistant({ model: "m", tools });
      const answers = await Promise.all(questions.map(({ client, text }) => ask(client.api, id, text)));
      const expected = questions.map(({ text }) => `Found: output for {"question":"${text}"}`);
      assert.deepEqual(answers, expected);
      assert.equal(model.requests.length, 2 * questions.length);
      assert.deepEqual(served.reported, []);
    } finally {
      await Promise.all(clients.map((client) => client.close()));
    }
  });
});
