import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import type { AssistantsApi } from "../../src/contract/api.ts";
import type { File, VectorStore } from "../../src/contract/objects.ts";
import { caughtError } from "./caught-error.ts";
import { ends, uploadFile } from "./node-fields.ts";
import { type Credentials, type RunningFlow, runFlow } from "./running-flow.ts";
import { type Served, serveModel } from "./served-model.ts";

const GONE = "vs_000000000000000000000000";
/** What no reader takes for a text. */
const PICTURE = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

const isFile = (value: unknown): value is File =>
  typeof value === "object" && value !== null && "object" in value && value.object === "file";

describe("the upload file node, into a vector store", () => {
  let flow: RunningFlow;
  let api: AssistantsApi;
  let store: VectorStore;
  let served: Served | null;
  let release: () => Promise<void>;

  beforeEach(() => {
    served = null;
  });
  afterEach(async () => {
    await release();
    await flow[Symbol.asyncDispose]();
  });

  const node = (fields: object) =>
    uploadFile({ vectorStore: "vectorStore", vectorStoreType: "msg", wires: [["out"]], ...fields });

  const starts = {
    "in this process": async (fields: object) => {
      flow = await runFlow([node({ config: "", ...fields }), ...ends]);
      const service = await flow.lease();
      ({ api } = service.value);
      release = () => service.release();
    },
    "of a server": async (fields: object) => {
      const running = await serveModel([]);
      served = running;
      const credentials: Credentials = running.credentials;
      flow = await runFlow([running.config, node(fields), ...ends], { credentials });
      ({ api } = running);
      release = async () => running[Symbol.asyncDispose]();
    },
  };

  async function start(where: keyof typeof starts, fields: object = {}): Promise<void> {
    await starts[where](fields);
    store = await api.createVectorStore({ name: "documents" });
  }

  async function pass(msg: NodeMessage = {}): Promise<NodeMessage> {
    flow.send("file", { payload: "Bananas are yellow.", vectorStore: store, ...msg });
    return flow.inbox("out").next();
  }

  const stored = async () => (await api.listVectorStoreFiles({ vector_store_id: store.id })).data;
  const files = async () => (await api.listFiles({})).data;

  for (const where of ["in this process", "of a server"] as const) {
    describe(where, () => {
      it("goes on when the file can be searched", async () => {
        await start(where);
        const { file, vectorStore } = await pass();
        const [found] = (await api.searchVectorStore({ vector_store_id: store.id, query: "bananas" })).data;
        assert.ok(isFile(file));
        assert.equal(found?.file_id, file.id);
        assert.deepEqual(vectorStore, store);
      });

      it("sends a file that cannot be searched to Catch, with what the service says, and the file to delete", async () => {
        await start(where);
        flow.send("file", { payload: PICTURE, filename: "a.png", vectorStore: store });
        const { code, cause } = await caughtError(flow);
        const [caught] = flow.inbox("caught").arrived;
        const [failed] = await stored();
        assert.equal(code, "indexing_failed");
        assert.equal(failed?.status, "failed");
        assert.deepEqual(cause, {
          ...failed.last_error,
          file_id: failed.id,
          filename: "a.png",
          vector_store_id: store.id,
          status: "failed",
        });
        assert.ok(isFile(caught?.["file"]));
        assert.equal(caught["file"].id, failed.id);
      });

      it("uploads nothing where the vector store is gone", async () => {
        await start(where);
        flow.send("file", { payload: "x", vectorStore: GONE });
        assert.equal((await caughtError(flow)).code, "vector_store_not_found");
        assert.deepEqual(await files(), []);
      });
    });
  }

  it("takes the id of the vector store, in a text of the form, too", async () => {
    await start("in this process", { vectorStore: "{{where}}", vectorStoreType: "str" });
    await pass({ where: store.id });
    assert.equal((await stored()).length, 1);
  });

  it("uploads nothing where the message has no vector store", async () => {
    await start("in this process");
    flow.send("file", { payload: "x" });
    assert.equal((await caughtError(flow)).code, "vector_store_missing");
    assert.deepEqual(await files(), []);
  });

  it("gives the file the attributes of the form, its texts filled in after it was parsed", async () => {
    await start("in this process", { attributes: '{"topic": "{{topic}}", "year": 2026, "draft": false}' });
    await pass({ topic: '"} fruit' });
    assert.deepEqual((await stored())[0]?.attributes, { topic: '"} fruit', year: 2026, draft: false });
  });

  it("takes attributes from the message, and refuses what is none before anything is uploaded", async () => {
    await start("in this process", { attributes: "about", attributesType: "msg" });
    await pass({ about: { year: 2026 } });
    assert.deepEqual((await stored())[0]?.attributes, { year: 2026 });
    for (const about of ["a text", ["a"], { deep: {} }, { nothing: null }]) {
      flow.send("file", { payload: "x", vectorStore: store, about });
      assert.equal((await caughtError(flow)).code, "attributes_invalid");
    }
    assert.equal((await files()).length, 1);
  });

  it("shows how far it has come, and the size of the file in the end", async () => {
    await start("in this process");
    const statuses = flow.statuses("file");
    await pass();
    const shown = statuses.map(({ text }) => text?.split(".").at(-1));
    assert.deepEqual(shown, ["working", "uploading", "indexing", "searchable"]);
  });

  describe("while a server indexes", () => {
    /** The server does not say how far it has come until it is told to. */
    function hold() {
      assert.ok(served);
      const opened = Promise.withResolvers<void>();
      const asked = Promise.withResolvers<void>();
      served.gates = { getVectorStoreFile: opened.promise };
      served.onCall = (name) => name === "getVectorStoreFile" && asked.resolve();
      return { open: opened.resolve, asked: asked.promise };
    }

    it("waits no longer than the form says, and the file is there", async () => {
      await start("of a server", { waitSeconds: "0.05" });
      const { open } = hold();
      flow.send("file", { payload: "x", vectorStore: store });
      assert.equal((await caughtError(flow)).code, "indexing_timeout");
      assert.ok(isFile(flow.inbox("caught").arrived[0]?.["file"]));
      open();
    });

    it("does not wait where the form says so", async () => {
      await start("of a server", { wait: false });
      await pass();
      assert.equal(served?.calls.includes("getVectorStoreFile"), false);
      assert.equal((await stored()).length, 1);
    });

    it("stays silent when the node closes", async () => {
      await start("of a server");
      const { open, asked } = hold();
      flow.send("file", { payload: "x", vectorStore: store });
      await asked;
      assert.ok(served);
      await flow.deploy([served.config, node({ name: "changed" }), ...ends]);
      open();
      assert.deepEqual([flow.inbox("out").arrived, flow.inbox("caught").arrived], [[], []]);
    });

    it("sends a file that is taken out of the vector store meanwhile to Catch", async () => {
      await start("of a server");
      const { open, asked } = hold();
      flow.send("file", { payload: "x", vectorStore: store });
      await asked;
      const [file] = await stored();
      await api.deleteVectorStoreFile({ vector_store_id: store.id, file_id: file?.id ?? "" });
      open();
      assert.equal((await caughtError(flow)).code, "vector_store_file_not_found");
    });
  });
});
