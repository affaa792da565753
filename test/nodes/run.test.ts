import assert from "node:assert/strict";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { NodeMessage } from "node-red";
import type { Assistant } from "../../src/contract/objects.ts";
import type { ModelRequest } from "../../src/models/model.ts";
import { says } from "../scripted-model.ts";
import { config, createAssistant, inbox, run } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { type Served, serveModel } from "./served-model.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/** What the model was told by users, as texts. */
function told(request: ModelRequest | undefined): string[] {
  return (request?.items ?? []).flatMap((item) =>
    item.type === "message" && item.role === "user"
      ? item.content.flatMap((part) => (part.type === "text" ? [part.text] : []))
      : [],
  );
}

const end = [inbox("answers"), inbox("calls")];

describe("the run node", () => {
  let served: Served;
  let flow: RunningFlow;
  let assistant: Assistant;

  async function start(fields: object = {}, options: { tab?: object } = {}): Promise<void> {
    flow = await runFlow([served.config, run(fields), ...end], {
      ...options,
      credentials: served.credentials,
    });
  }

  async function ask(msg: NodeMessage): Promise<NodeMessage> {
    flow.send("run", { assistant, ...msg });
    return flow.inbox("answers").next();
  }

  beforeEach(async () => {
    served = await serveModel([says("Hello ", "there.")]);
    assistant = await served.api.createAssistant({ model: "m" });
  });
  afterEach(async () => {
    await flow[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
  });

  it("puts the answer's text into the answer field", async () => {
    await start();
    const answer = await ask({ payload: "Hi" });
    assert.equal(answer.payload, "Hello there.");
  });

  it("can answer into another property and leave the payload alone", async () => {
    await start({ answer: "reply.text" });
    const answer = await ask({ payload: "Hi" });
    assert.deepEqual([answer.payload, answer["reply"]], ["Hi", { text: "Hello there." }]);
  });

  it("adds the run as it ended, its thread, its messages and the tool outputs", async () => {
    await start();
    const { run: ended, thread, messages, toolOutputs } = await ask({ payload: "Hi" });
    const [newest] = (await served.api.listAssistants({})).data;
    assert.equal(newest?.id, assistant.id);
    assert.ok(typeof thread === "object" && thread !== null && "id" in thread);
    const thread_id = String(thread.id);
    const [stored] = (await served.api.listRuns({ thread_id })).data;
    assert.deepEqual(ended, stored);
    assert.deepEqual(thread, await served.api.getThread({ thread_id }));
    assert.deepEqual(messages, (await served.api.listMessages({ thread_id, limit: 1 })).data);
    assert.deepEqual(toolOutputs, {});
  });

  it("keeps the properties it does not know, req and res being the same objects", async () => {
    await start();
    const req = new IncomingMessage(new Socket());
    const res = { send() {} };
    const answer = await ask({ _msgid: "1", payload: "Hi", topic: "t", custom: { deep: [1] }, req, res });
    assert.deepEqual([answer._msgid, answer.topic, answer["custom"]], ["1", "t", { deep: [1] }]);
    assert.ok(answer["req"] === req && answer["res"] === res);
  });

  it("takes the id of an assistant and of a thread for them", async () => {
    const thread = await served.api.createThread({});
    await start({ assistant: assistant.id, assistantType: "str" });
    const answer = await ask({ assistant: undefined, thread: thread.id, payload: "Hi" });
    assert.deepEqual(answer["thread"], thread);
  });

  it("goes on with the thread it is given", async () => {
    await start();
    const { thread } = await ask({ payload: "one" });
    await ask({ thread, payload: "two" });
    assert.deepEqual(told(served.model.requests[1]), ["one", "two"]);
  });

  it("makes a thread where the property of the thread is nowhere to be found", async () => {
    await start({ thread: "conversation.thread" });
    const answer = await ask({ payload: "Hi" });
    assert.equal(answer.payload, "Hello there.");
  });

  it("sends its question and the run as one write", async () => {
    const thread = await served.api.createThread({});
    await start();
    await ask({ thread, payload: "Hi" });
    assert.deepEqual(
      served.calls.filter((name) => name.startsWith("create")),
      ["createRun"],
    );
  });

  it("does not ask again what a message node has put into the thread", async () => {
    const thread = await served.api.createThread({});
    const message = await served.api.createMessage({ thread_id: thread.id, role: "user", content: "before" });
    await start();
    const answer = await ask({ thread, message, payload: "Hi" });
    assert.deepEqual(told(served.model.requests[0]), ["before"]);
    assert.ok(!("message" in answer));
  });

  it("asks its question where the message stands in another thread", async () => {
    const other = await served.api.createThread({});
    const message = await served.api.createMessage({ thread_id: other.id, role: "user", content: "before" });
    await start();
    await ask({ thread: await served.api.createThread({}), message, payload: "Hi" });
    assert.deepEqual(told(served.model.requests[0]), ["Hi"]);
  });

  it("fills in a question that was written into the form", async () => {
    await start(
      { question: "{{payload}} & {{flow.place}} <{{env.GREETING}}>", questionType: "str" },
      {
        tab: { env: [{ name: "GREETING", value: "hello", type: "str" }] },
      },
    );
    flow.node("run").context().flow.set("place", "Köln's");
    await ask({ payload: "{{topic}}", topic: "rendered twice" });
    assert.deepEqual(told(served.model.requests[0]), ["{{topic}} & Köln's <hello>"]);
  });

  it("does not render a question that comes out of the message", async () => {
    await start();
    await ask({ payload: "{{topic}}", topic: "rendered" });
    assert.deepEqual(told(served.model.requests[0]), ["{{topic}}"]);
  });

  it("asks a question that is no text as JSON", async () => {
    await start();
    await ask({ payload: { city: "Köln" } });
    assert.deepEqual(told(served.model.requests[0]), ['{"city":"Köln"}']);
  });

  for (const onThread of [true, false]) {
    it(`adds its instructions to the assistant's, ${onThread ? "on a thread" : "without a thread"}`, async () => {
      const thread = onThread ? await served.api.createThread({}) : undefined;
      assistant = await served.api.createAssistant({ model: "m", instructions: "Be brief." });
      await start({ additionalInstructions: "Speak {{topic}}." });
      await ask({ thread, payload: "Hi", topic: "Latin" });
      assert.match(served.model.requests[0]?.instructions ?? "", /Be brief\.[\s\S]*Speak Latin\./);
      assert.deepEqual(told(served.model.requests[0]), ["Hi"]);
    });
  }

  it("shows that the run works, then what it cost", async () => {
    await start();
    const statuses = flow.statuses("run");
    await ask({ payload: "Hi" });
    const shown = statuses.map(({ fill, shape, text }) => [fill, shape, text?.split(":runtime.").at(-1)]);
    assert.deepEqual(shown, [
      ["blue", "dot", "status.running"],
      ["green", "dot", "status.answered"],
    ]);
  });
});

describe("the run node and JSON", () => {
  const response_format = { type: "json_object" } as const;

  it("hands the answer on parsed where the run was asked for JSON", async () => {
    await using served = await serveModel([says('{"city":', '"Köln"}')]);
    const assistant = await served.api.createAssistant({ model: "m", response_format });
    await using flow = await runFlow([served.config, run(), ...end], { credentials: served.credentials });
    flow.send("run", { payload: "Where?", assistant });
    assert.deepEqual((await flow.inbox("answers").next()).payload, { city: "Köln" });
  });

  it("leaves a text alone that merely looks like JSON", async () => {
    await using served = await serveModel([says('{"city":"Köln"}')]);
    const assistant = await served.api.createAssistant({ model: "m" });
    await using flow = await runFlow([served.config, run(), ...end], { credentials: served.credentials });
    flow.send("run", { payload: "Where?", assistant });
    assert.equal((await flow.inbox("answers").next()).payload, '{"city":"Köln"}');
  });
});

describe("the run node's service", () => {
  it("may be an Azure server", async () => {
    await using served = await serveModel([says("Hello.")], "azure");
    const assistant = await served.api.createAssistant({ model: "m" });
    await using flow = await runFlow([served.config, run(), ...end], { credentials: served.credentials });
    flow.send("run", { payload: "Hi", assistant });
    assert.equal((await flow.inbox("answers").next()).payload, "Hello.");
  });

  it("is the built-in one in the user directory where no config node is chosen", async () => {
    await using directory = await temporaryDirectory();
    const nodes = [createAssistant({ config: "", wires: [["run"]] }), run({ config: "" }), ...end];
    await using flow = await runFlow(nodes, { userDir: directory.path });
    flow.send("create", { payload: "Hi" });
    assert.match(String((await flow.inbox("answers").next()).payload), /rehearsal/);
  });

  it("is said to rehearse by the status", async () => {
    await using directory = await temporaryDirectory();
    const nodes = [
      config({ dataDirectory: directory.path }),
      createAssistant({ wires: [["run"]] }),
      run(),
      ...end,
    ];
    await using flow = await runFlow(nodes);
    const statuses = flow.statuses("run");
    flow.send("create", { payload: "Hi" });
    await flow.inbox("answers").next();
    assert.match(statuses.at(-1)?.text ?? "", /status\.rehearsed$/);
  });
});
