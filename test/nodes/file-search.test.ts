import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import type { Assistant, VectorStore } from "../../src/contract/objects.ts";
import { createRehearsal } from "../../src/models/rehearsal/rehearsal.ts";
import { CODES } from "../contract/library.ts";
import { says } from "../scripted-model.ts";
import { caughtError } from "./caught-error.ts";
import { createAssistant, ends, run, uploadFile, vectorStore } from "./node-fields.ts";
import { runFlow } from "./running-flow.ts";
import { useServedFlow } from "./served-flow.ts";
import { serveModel } from "./served-model.ts";

const fromMessage = { vectorStore: "vectorStore", vectorStoreType: "msg" };

describe("the file search of the create assistant node", () => {
  const running = useServedFlow(says("Hello."));
  let store: VectorStore;

  beforeEach(async () => {
    store = await running.served.api.createVectorStore({ name: "one" });
  });

  const start = (fields: object) =>
    running.start([createAssistant({ fileSearch: true, wires: [["out"]], ...fields })]);

  async function pass(msg: NodeMessage = {}): Promise<NodeMessage> {
    running.flow.send("create", msg);
    return running.flow.inbox("out").next();
  }

  async function onlyAssistant(): Promise<Assistant> {
    const [made, ...others] = (await running.served.api.listAssistants({})).data;
    assert.ok(made && others.length === 0);
    return made;
  }

  const storesOf = (assistant: Assistant) => assistant.tool_resources?.file_search?.vector_store_ids;
  const updates = () => running.served.calls.filter((name) => name === "updateAssistant").length;

  for (const operation of ["ensure", "create"]) {
    it(`is a tool that searches the files of the conversation alone: ${operation}`, async () => {
      await start({ operation });
      await pass();
      const made = await onlyAssistant();
      assert.deepEqual(made.tools, [{ type: "file_search" }]);
      assert.deepEqual(storesOf(made), []);
    });

    for (const by of ["object", "id"]) {
      it(`searches the vector store in the message, given as ${by}: ${operation}`, async () => {
        await start({ operation, ...fromMessage });
        await pass({ vectorStore: by === "id" ? store.id : store });
        assert.deepEqual(storesOf(await onlyAssistant()), [store.id]);
      });
    }

    it(`sends a message without the vector store to Catch: ${operation}`, async () => {
      await start({ operation, ...fromMessage });
      running.flow.send("create", {});
      assert.equal((await caughtError(running.flow)).code, "vector_store_missing");
      running.flow.send("create", { vectorStore: "vs_000000000000000000000000" });
      assert.equal((await caughtError(running.flow)).code, "vector_store_not_found");
    });
  }

  it("has the number of results and the score that the form says", async () => {
    await start({ searchResults: "5", searchThreshold: "0.25" });
    await pass();
    const file_search = { max_num_results: 5, ranking_options: { score_threshold: 0.25 } };
    assert.deepEqual((await onlyAssistant()).tools, [{ type: "file_search", file_search }]);
  });

  it("takes the vector store from a context, and from a text of the form", async () => {
    await start({ vectorStore: "library", vectorStoreType: "flow" });
    running.flow.node("create").context().flow.set("library", store);
    await pass();
    assert.deepEqual(storesOf(await onlyAssistant()), [store.id]);
    await running.stop();
    await start({ vectorStore: "{{flow.library.id}}", vectorStoreType: "str" });
    running.flow.node("create").context().flow.set("library", store);
    await pass();
    assert.deepEqual(storesOf(await onlyAssistant()), [store.id]);
    assert.equal(updates(), 0);
  });

  it("does not fill the message into the text of an ensured assistant", async () => {
    await start({ vectorStore: "{{vectorStore.id}}", vectorStoreType: "str" });
    running.flow.send("create", { vectorStore: store });
    assert.equal((await caughtError(running.flow)).code, "vector_store_missing");
  });

  describe("of an ensured assistant", () => {
    it("writes nothing for messages that bring the same vector store", async () => {
      await start(fromMessage);
      await pass({ vectorStore: store });
      await pass({ vectorStore: { ...store, name: "renamed" } });
      assert.deepEqual([updates(), running.flow.logged().warnings], [0, []]);
    });

    it("follows another vector store, and warns that all messages share the assistant", async () => {
      await start(fromMessage);
      const other = await running.served.api.createVectorStore({ name: "other" });
      await pass({ vectorStore: store });
      await pass({ vectorStore: other });
      assert.deepEqual(storesOf(await onlyAssistant()), [other.id]);
      assert.equal(updates(), 1);
      assert.deepEqual(
        running.flow.logged().warnings.map(({ msg }) => String(msg).split(".").at(-1)),
        ["store_changed"],
      );
    });

    it("lets go of the vector store when the form names none any more", async () => {
      await start(fromMessage);
      await pass({ vectorStore: store });
      await running.stop();
      await start({});
      await pass();
      assert.deepEqual(storesOf(await onlyAssistant()), []);
    });
  });

  it("answers from the vector store that a node before it ensures and a file is uploaded into", async () => {
    const { generate } = createRehearsal({ pace: 0 });
    await using rehearsing = await serveModel([generate]);
    const nodes = [
      vectorStore({ wires: [["file"]] }),
      uploadFile({ vectorStore: "vectorStore", vectorStoreType: "msg", wires: [["create"]] }),
      createAssistant({ fileSearch: true, ...fromMessage, wires: [["run"]] }),
      run({ question: "question", wires: [["out"], []] }),
    ];
    const { config, credentials } = rehearsing;
    await using flow = await runFlow([config, ...nodes, ...ends], { credentials });
    for (const question of ["Which code has the apple?", "Does the banana have a code?"]) {
      flow.send("store", { payload: CODES, filename: "codes.txt", question });
      const { payload } = await flow.inbox("out").next();
      assert.match(String(payload), /442345.*【/);
    }
    assert.equal((await rehearsing.api.listAssistants({})).data.length, 1);
    assert.deepEqual(flow.logged().warnings, []);
  }).timeout(60_000);

  describe("of an assistant that is modified", () => {
    const modify = { operation: "modify", model: "", modifyTools: "replace" };
    const resources = { code_interpreter: { file_ids: [] } };

    it("gets the vector store, and what other tools may use stays", async () => {
      await start({ ...modify, ...fromMessage });
      const made = await running.served.api.createAssistant({ model: "m", tool_resources: resources });
      await pass({ assistant: made, vectorStore: store });
      const { tools, tool_resources } = await onlyAssistant();
      assert.deepEqual(tools, [{ type: "file_search" }]);
      assert.deepEqual(tool_resources, { ...resources, file_search: { vector_store_ids: [store.id] } });
    });

    it("keeps its vector store where the form names none", async () => {
      await start(modify);
      const tool_resources = { file_search: { vector_store_ids: [store.id] } };
      const made = await running.served.api.createAssistant({ model: "m", tool_resources });
      await pass({ assistant: made });
      assert.deepEqual(storesOf(await onlyAssistant()), [store.id]);
    });
  });
});
