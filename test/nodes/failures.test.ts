import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { inspect } from "node:util";
import type { NodeMessage } from "node-red";
import { ModelError } from "../../src/models/model.ts";
import { fails, type Script, says } from "../scripted-model.ts";
import { type CaughtError, caughtError } from "./caught-error.ts";
import { catchAll, complete, config, createAssistant, inbox, message, run, thread } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { KEY, type Served, serveModel } from "./served-model.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const ends = [
  inbox("answers"),
  inbox("calls"),
  inbox("caught"),
  inbox("completed"),
  catchAll(),
  complete("run"),
];

const UNKNOWN_ASSISTANT = "asst_000000000000000000000000";
const UNKNOWN_THREAD = "thread_000000000000000000000000";

const cutShort: Script = async function* () {
  yield { type: "text_delta", text: "An unfinished" };
  yield { type: "finish", reason: "length" };
};

/** Asks in a way that fails, then in one that does not: by then a second failure or answer would have shown. */
async function failThenAsk(flow: RunningFlow, bad: NodeMessage, good: NodeMessage): Promise<CaughtError> {
  flow.send("run", { ...bad, _msgid: "bad" });
  const caught = await caughtError(flow);
  flow.send("run", { ...good, _msgid: "good" });
  await flow.inbox("completed").next();
  assert.deepEqual(idsAt(flow, "caught"), ["bad"]);
  assert.deepEqual(idsAt(flow, "answers"), ["good"]);
  assert.deepEqual(idsAt(flow, "completed"), ["good"]);
  return caught;
}

const idsAt = (flow: RunningFlow, id: string) => flow.inbox(id).arrived.map((msg) => msg._msgid);

describe("a question that cannot be asked goes to Catch once", () => {
  let served: Served;
  let flow: RunningFlow;
  let good: NodeMessage;

  before(async () => {
    served = await serveModel([says("Hello.")]);
    good = { payload: "Hi", assistant: await served.api.createAssistant({ model: "m" }) };
  });
  beforeEach(async () => {
    flow = await runFlow([served.config, run(), ...ends], { credentials: served.credentials });
  });
  afterEach(() => flow[Symbol.asyncDispose]());
  after(() => served[Symbol.asyncDispose]());

  const cases: [string, NodeMessage, string][] = [
    ["without an assistant", { assistant: undefined }, "assistant_missing"],
    ["with an assistant that is no id", { assistant: { name: "x" } }, "assistant_missing"],
    ["with an unknown assistant", { assistant: UNKNOWN_ASSISTANT }, "assistant_not_found"],
    ["with an unknown thread", { thread: UNKNOWN_THREAD }, "thread_not_found"],
    ["with a malformed thread", { thread: "somewhere" }, "malformed_id"],
    ["with an empty question", { payload: "" }, "question_missing"],
    ["without a question", { payload: undefined }, "question_missing"],
  ];
  for (const [title, bad, code] of cases) {
    it(`${title}: ${code}`, async () => {
      assert.equal((await failThenAsk(flow, { ...good, ...bad }, good)).code, code);
    });
  }

  it("with what the service said in its cause", async () => {
    const { message, cause } = await failThenAsk(flow, { ...good, thread: "somewhere" }, good);
    assert.match(message, /somewhere/);
    assert.ok(typeof cause === "object" && cause !== null && "request_id" in cause);
    const { request_id, ...said } = cause;
    assert.match(String(request_id), /^req_/);
    assert.deepEqual(said, {
      status: 400,
      type: "invalid_request_error",
      code: null,
      param: "thread_id",
      message,
    });
  });

  it("and writes nothing into the service", async () => {
    const thread = await served.api.createThread({});
    flow.send("run", { thread, payload: "Hi", assistant: UNKNOWN_ASSISTANT });
    await caughtError(flow);
    assert.deepEqual((await served.api.listMessages({ thread_id: thread.id })).data, []);
  });
});

describe("a run that ends without an answer goes to Catch once", () => {
  const cases: [string, Script, string, object][] = [
    [
      "failed",
      fails(new ModelError("rate_limit_exceeded", "Too fast.")),
      "run_failed",
      { status: "failed", last_error: { code: "rate_limit_exceeded", message: "Too fast." } },
    ],
    [
      "incomplete",
      cutShort,
      "run_incomplete",
      { status: "incomplete", incomplete_details: { reason: "max_completion_tokens" } },
    ],
  ];
  for (const [title, script, code, expected] of cases) {
    it(`${title}: ${code}`, async () => {
      await using served = await serveModel([script, says("Hello.")]);
      const good = { payload: "Hi", assistant: await served.api.createAssistant({ model: "m" }) };
      await using flow = await runFlow([served.config, run(), ...ends], { credentials: served.credentials });
      const caught = await failThenAsk(flow, good, good);
      assert.equal(caught.code, code);
      assert.ok(typeof caught.cause === "object" && caught.cause !== null);
      assert.deepEqual({ ...caught.cause, ...expected }, caught.cause);
    });
  }

  it("not the JSON that was asked for: answer_not_json", async () => {
    await using served = await serveModel([says("Köln, I think."), says("{}")]);
    const response_format = { type: "json_object" } as const;
    const good = {
      payload: "Hi",
      assistant: await served.api.createAssistant({ model: "m", response_format }),
    };
    await using flow = await runFlow([served.config, run(), ...ends], { credentials: served.credentials });
    const { code, cause } = await failThenAsk(flow, good, good);
    assert.equal(code, "answer_not_json");
    assert.match(inspect(cause), /Köln, I think\./);
  });
});

describe("a service that cannot be used goes to Catch once", () => {
  const nodes = [createAssistant(), thread(), message(), run(), ...ends];

  async function codeOf(flow: RunningFlow, node: string): Promise<unknown> {
    const codes: unknown[] = [];
    for (const _msgid of ["first", "second"]) {
      flow.send(node, { _msgid, payload: "Hi", assistant: UNKNOWN_ASSISTANT, thread: UNKNOWN_THREAD });
      codes.push((await caughtError(flow)).code);
    }
    assert.deepEqual(idsAt(flow, "caught"), ["first", "second"]);
    assert.equal(codes[1], codes[0]);
    return codes[0];
  }

  for (const node of ["create", "thread", "message", "run"]) {
    it(`${node}: the config node is gone`, async () => {
      await using flow = await runFlow(nodes);
      assert.equal(await codeOf(flow, node), "config_missing");
    });

    it(`${node}: the key is wrong`, async () => {
      await using served = await serveModel([says("Hello.")]);
      const credentials = { service: { apiKey: `${KEY}x` } };
      await using flow = await runFlow([served.config, ...nodes], { credentials });
      assert.equal(await codeOf(flow, node), "invalid_api_key");
    });

    it(`${node}: the data directory cannot be used`, async () => {
      await using directory = await temporaryDirectory();
      const file = join(directory.path, "file");
      await writeFile(file, "");
      await using flow = await runFlow([config({ dataDirectory: file }), ...nodes]);
      assert.equal(await codeOf(flow, node), "data_directory_unusable");
    });
  }

  it("a data directory is tried again by the next message", async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, "file");
    await writeFile(file, "");
    await using flow = await runFlow([
      config({ dataDirectory: file }),
      thread({ wires: [["answers"]] }),
      ...ends,
    ]);
    flow.send("thread", {});
    await caughtError(flow);
    await rm(file);
    flow.send("thread", {});
    assert.equal((await flow.inbox("answers").next())["threadCreated"], true);
  });

  it("the server is down", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    assert.ok(typeof address === "object" && address);
    await new Promise((resolve) => server.close(resolve));
    const service = config({ service: "openai", baseUrl: `http://127.0.0.1:${address.port}/v1` });
    await using flow = await runFlow([service, ...nodes], { credentials: { service: { apiKey: KEY } } });
    assert.equal(await codeOf(flow, "run"), "connection_failed");
  });

  it("another config node uses the data directory with other settings", async () => {
    await using directory = await temporaryDirectory();
    const other = config({ id: "other", dataDirectory: directory.path, pace: 5 });
    const nodes = [
      config({ dataDirectory: directory.path }),
      other,
      thread({ wires: [["second"]] }),
      thread({ id: "second", config: "other", wires: [["answers"]] }),
      ...ends,
    ];
    await using flow = await runFlow(nodes);
    flow.send("thread", {});
    assert.equal((await caughtError(flow)).code, "data_directory_settings_differ");
  });
});

describe("the API key", () => {
  for (const [title, apiKey, dialect] of [
    ["that is right", KEY, "openai"],
    ["that is wrong", `${KEY}-wrong`, "openai"],
    ["that is wrong for Azure", `${KEY}-wrong`, "azure"],
  ] as const) {
    it(`${title} stands in no message, status, log or error`, async () => {
      await using served = await serveModel([says("Hello.")], dialect);
      const nodes = [
        served.config,
        createAssistant({ wires: [["thread"]] }),
        thread({ wires: [["run"]] }),
        run(),
        ...ends,
      ];
      await using flow = await runFlow(nodes, { credentials: { service: { apiKey } } });
      const statuses = ["create", "thread", "run"].map((id) => flow.statuses(id));
      flow.send("create", { payload: "Hi" });
      await Promise.race([flow.inbox("answers").next(), flow.inbox("caught").next()]);
      const arrived = ["answers", "caught", "completed"].map((id) => flow.inbox(id).arrived);
      const seen = inspect([statuses, arrived, flow.logged().all], { depth: 12, showHidden: true });
      assert.match(seen, /status\.(answered|failed)/);
      assert.ok(!seen.includes(KEY), "the key shows");
    });
  }
});
