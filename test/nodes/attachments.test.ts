import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import type { NodeMessage } from "node-red";
import type { Assistant, File, Thread } from "../../src/contract/objects.ts";
import { says } from "../scripted-model.ts";
import { caughtError } from "./caught-error.ts";
import { catchAll, inbox, message, run } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { type Served, serveModel } from "./served-model.ts";

const search = [{ type: "file_search" }];
const fromFile = { attachments: "file", attachmentsType: "msg" };
const UNKNOWN = "file-000000000000000000000000";

describe("attachments", () => {
  let served: Served;
  let flow: RunningFlow;
  let assistant: Assistant;
  let thread: Thread;
  let file: File;

  beforeEach(async () => {
    served = await serveModel([says("Hello.")]);
    assistant = await served.api.createAssistant({ model: "m", tools: [{ type: "file_search" }] });
    thread = await served.api.createThread({});
    file = await upload("a.txt");
  });
  afterEach(async () => {
    await flow[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
  });

  const upload = (name: string) =>
    served.api.createFile({ file: { name, content: Buffer.from(name) }, purpose: "assistants" });

  async function start(fields: object = {}): Promise<void> {
    const written = message({ wires: [["out"]], ...fromFile, ...fields });
    const asked = run({ ...fromFile, ...fields, wires: [["out"], []] });
    const nodes = [written, asked, inbox("out"), inbox("caught"), catchAll()];
    flow = await runFlow([served.config, ...nodes], { credentials: served.credentials });
  }

  async function pass(node: string, msg: NodeMessage): Promise<NodeMessage> {
    flow.send(node, { thread, assistant, payload: "Hi", ...msg });
    return flow.inbox("out").next();
  }

  /** What is attached to the messages of users, oldest first. */
  async function attached(thread_id = thread.id) {
    const { data } = await served.api.listMessages({ thread_id, order: "asc" });
    return data.filter(({ role }) => role === "user").map(({ attachments }) => attachments);
  }

  for (const node of ["message", "run"]) {
    describe(`of the ${node} node`, () => {
      it("are none unless the form says so", async () => {
        await start({ attachmentsType: "none" });
        await pass(node, { file });
        assert.deepEqual(await attached(), [[]]);
      });

      it("are none in a flow that is older than they are", async () => {
        await start({ attachments: undefined, attachmentsType: undefined, attachmentTools: undefined });
        await pass(node, { file });
        assert.deepEqual(await attached(), [[]]);
      });

      const given: Record<string, (one: File) => unknown> = {
        "a file": (one) => one,
        "the id of a file": ({ id }) => id,
        "a list of a Function node": ({ id }) => runInNewContext("[{ id }]", { id }),
        "an attachment without tools": ({ id }) => ({ file_id: id }),
        "an attachment with its tools": ({ id }) => ({ file_id: id, tools: search }),
      };
      for (const [title, value] of Object.entries(given)) {
        it(`can be ${title}, for the file search`, async () => {
          await start();
          await pass(node, { file: value(file) });
          assert.deepEqual(await attached(), [[{ file_id: file.id, tools: search }]]);
        });
      }

      it("can be several files, and stand in the vector store of the thread", async () => {
        await start();
        const second = await upload("b.txt");
        await pass(node, { file: [file, second.id] });
        const [attachments] = await attached();
        assert.deepEqual(
          attachments?.map(({ file_id }) => file_id),
          [file.id, second.id],
        );
        const { tool_resources } = await served.api.getThread({ thread_id: thread.id });
        const [vector_store_id = ""] = tool_resources?.file_search?.vector_store_ids ?? [];
        const { data } = await served.api.listVectorStoreFiles({ vector_store_id });
        assert.deepEqual(data.map(({ id }) => id).sort(), [file.id, second.id].sort());
      });

      for (const [title, value] of Object.entries({
        nothing: undefined,
        "an empty list": [],
        "an empty text": "",
      })) {
        it(`are none where the message has ${title}`, async () => {
          await start();
          await pass(node, { file: value });
          assert.deepEqual(await attached(), [[]]);
        });
      }

      const wrong: Record<string, unknown> = {
        "a number": 7,
        "an object without an id": { name: "a.txt" },
        "a list with something else in it": [UNKNOWN, false],
        "an attachment for a tool that is none": { file_id: UNKNOWN, tools: [{ type: "function" }] },
      };
      for (const [title, value] of Object.entries(wrong)) {
        it(`cannot be ${title}: attachments_invalid, and nothing is written`, async () => {
          await start();
          flow.send(node, { thread, assistant, payload: "Hi", file: value });
          assert.equal((await caughtError(flow)).code, "attachments_invalid");
          assert.deepEqual(await attached(), []);
        });
      }

      it("cannot be a file that is gone", async () => {
        await start();
        flow.send(node, { thread, assistant, payload: "Hi", file: UNKNOWN });
        assert.equal((await caughtError(flow)).code, "file_not_found");
        assert.deepEqual(await attached(), []);
      });

      for (const attachmentTools of ["code_interpreter", "both"]) {
        it(`go out for the tools that the form chooses, and what the service refuses goes to Catch: ${attachmentTools}`, async () => {
          await start({ attachmentTools });
          flow.send(node, { thread, assistant, payload: "Hi", file });
          const { code, message: said } = await caughtError(flow);
          assert.equal(code, "invalid_value");
          assert.match(said, /attached for file_search alone/);
        });
      }
    });
  }

  it("come with a question that begins a thread of its own", async () => {
    await start();
    const { thread: made } = await pass("run", { thread: undefined, file });
    assert.ok(typeof made === "object" && made !== null && "id" in made);
    assert.deepEqual(await attached(String(made.id)), [[{ file_id: file.id, tools: search }]]);
  });

  it("are searched by nobody where the assistant has no file search, and the node warns of it", async () => {
    await start();
    const { id } = await served.api.createAssistant({ model: "m" });
    await pass("run", { file });
    const warnings = () => flow.logged().warnings.map(({ msg }) => String(msg).split(":runtime.").at(-1));
    assert.deepEqual(warnings(), []);
    await pass("run", { file, assistant: id });
    assert.deepEqual(warnings(), ["warning.files_unsearched"]);
  });

  it("come once where a message node has written the question", async () => {
    await start();
    const asked = await pass("message", { file });
    await pass("run", asked);
    assert.deepEqual(await attached(), [[{ file_id: file.id, tools: search }]]);
  });
});
