import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import { idOf } from "../../nodes/shared/fields.ts";
import type { SharedService } from "../../nodes/shared/implementations.ts";
import type { Share } from "../../nodes/shared/shared.ts";
import type { AssistantsApi } from "../../src/contract/api.ts";
import type { VectorStore } from "../../src/contract/objects.ts";
import { caughtError } from "./caught-error.ts";
import { catchAll, config, type FlowNode, inbox, vectorStore } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const UNKNOWN = "vs_000000000000000000000000";
const BINARY = Buffer.from([0, 1, 2, 0, 255, 254, 0]);
const ends = [inbox("out"), inbox("caught"), catchAll()];

describe("the vector store node", () => {
  let flow: RunningFlow;
  let service: Share<SharedService>;
  let api: AssistantsApi;
  let disk: { path: string } & AsyncDisposable;

  beforeEach(async () => {
    disk = await temporaryDirectory();
  });
  afterEach(async () => {
    await stop();
    await disk[Symbol.asyncDispose]();
  });

  const node = (fields: object = {}) => vectorStore({ config: "", wires: [["out"]], ...fields });

  /** Every start of a test has the same user directory, as after a restart. */
  async function start(fields: object = {}, others: FlowNode[] = []): Promise<void> {
    flow = await runFlow([...others, node(fields), ...ends], { userDir: disk.path });
    service = await flow.lease();
    api = service.value.api;
  }

  async function stop(): Promise<void> {
    await service.release();
    await flow[Symbol.asyncDispose]();
  }

  async function pass(msg: NodeMessage = {}): Promise<NodeMessage> {
    flow.send("store", msg);
    return flow.inbox("out").next();
  }

  /** The vector store in the message that comes out, as it stands then. */
  async function storeAfter(msg: NodeMessage = {}): Promise<VectorStore> {
    const { vectorStore: passed } = await pass(msg);
    const store = await api.getVectorStore({ vector_store_id: idOf(passed) ?? "" });
    assert.deepEqual(passed, store);
    return store;
  }

  async function fails(msg: NodeMessage) {
    flow.send("store", msg);
    return caughtError(flow);
  }

  const all = async (): Promise<VectorStore[]> => (await api.listVectorStores({ order: "asc" })).data;

  const give = (name: string, content: string | Buffer) =>
    api.createFile({ file: { name, content: Buffer.from(content) }, purpose: "assistants" });

  const filesIn = async ({ id }: VectorStore) =>
    (await api.listVectorStoreFiles({ vector_store_id: id, order: "asc" })).data;

  /** A vector store in which these texts can be searched. */
  async function filled(texts: Record<string, string>, attributes: (name: string) => object = () => ({})) {
    const made = await api.createVectorStore({ name: "Filled" });
    for (const [name, content] of Object.entries(texts)) {
      const { id: file_id } = await give(name, content);
      const added = { vector_store_id: made.id, file_id, attributes: { name, ...attributes(name) } };
      await api.createVectorStoreFile(added);
    }
    for (;;) {
      const store = await api.getVectorStore({ vector_store_id: made.id });
      if (store.status === "completed") return store;
    }
  }

  describe("ensure", () => {
    it("makes the vector store of the form and hands it on, the rest of the message untouched", async () => {
      await start({ storeName: "Manuals", expiryDays: "7" });
      const req = { headers: {} };
      const msg = await pass({ payload: "Hi", topic: "t", req });
      const [store] = await all();
      assert.deepEqual(msg["vectorStore"], store);
      assert.deepEqual([store?.name, store?.expires_after?.days], ["Manuals", 7]);
      assert.deepEqual([msg.payload, msg.topic], ["Hi", "t"]);
      assert.equal(msg["req"], req);
    });

    it("makes one for two messages at once", async () => {
      await start();
      flow.send("store", {});
      flow.send("store", {});
      const [one, other] = await flow.inbox("out").take(2);
      assert.deepEqual(one?.["vectorStore"], other?.["vectorStore"]);
      assert.equal((await all()).length, 1);
    });

    it("finds it again after a restart, and changes what was changed in the form", async () => {
      await start({ storeName: "Manuals", expiryDays: 7 });
      const { id } = await storeAfter();
      await stop();
      await start({ storeName: "Handbooks" });
      await pass();
      const stores = await all();
      assert.deepEqual(
        stores.map((store) => [store.id, store.name, store.expires_after ?? null]),
        [[id, "Handbooks", null]],
      );
    });

    it("writes nothing where nothing has changed", async () => {
      await start({ storeName: "Manuals" });
      await pass();
      const written: unknown[] = [];
      const update = api.updateVectorStore;
      api.updateVectorStore = (parameters, options) => {
        written.push(parameters);
        return update(parameters, options);
      };
      await pass();
      assert.deepEqual(written, []);
    });

    it("makes one for each node and each environment", async () => {
      const places = ["a", "b"].map((environment) => config({ id: `place ${environment}`, environment }));
      await start({}, places);
      await pass();
      for (const { id } of places) {
        await stop();
        await start({ config: id }, places);
        await pass();
      }
      await stop();
      await start({}, [node({ id: "another" })]);
      flow.send("another", {});
      await flow.inbox("out").next();
      assert.equal((await all()).length, 4);
    });

    it("makes it anew when it was deleted", async () => {
      await start();
      const { id } = await storeAfter();
      await api.deleteVectorStore({ vector_store_id: id });
      const again = (await pass())["vectorStore"];
      assert.deepEqual(await all(), [again]);
    });

    it("makes it anew when it has expired, since it answers nobody any more", async () => {
      await start();
      const first = await storeAfter();
      const { getVectorStore, listVectorStores } = api;
      const aged = (store: VectorStore): VectorStore =>
        store.id === first.id ? { ...store, status: "expired" } : store;
      api.getVectorStore = async (parameters) => aged(await getVectorStore(parameters));
      api.listVectorStores = async (parameters) => {
        const page = await listVectorStores(parameters);
        return { ...page, data: page.data.map(aged) };
      };
      const second = await storeAfter();
      assert.notEqual(second.id, first.id);
      assert.deepEqual(await storeAfter(), second);
    });

    it("does not fill the message into its name", async () => {
      await start({ storeName: "Of {{topic}}{{env.HOME_TOWN}}" });
      await pass({ topic: "alice" });
      assert.equal((await all())[0]?.name, "Of ");
    });
  });

  describe("create", () => {
    it("makes a new one for every message, its texts filled in", async () => {
      await start({
        operation: "create",
        storeName: "Of {{topic}}",
        metadata: '{"customer":"{{topic}}"}',
        expiryDays: 0,
      });
      for (const topic of ["alice", "bob"]) await pass({ topic });
      const made = await all();
      assert.deepEqual(
        made.map(({ name, metadata, expires_after }) => [name, metadata, expires_after]),
        [
          ["Of alice", { customer: "alice" }, undefined],
          ["Of bob", { customer: "bob" }, undefined],
        ],
      );
    });

    it("needs no text at all", async () => {
      await start({ operation: "create" });
      const { vectorStore: made } = await pass();
      assert.deepEqual([made], await all());
    });
  });

  describe("modify", () => {
    it("changes what the form says and leaves the rest", async () => {
      await start({ operation: "modify", storeName: "{{payload}}", expiryDays: "3" });
      const store = await api.createVectorStore({ name: "Old", metadata: { a: "1" } });
      const msg = await pass({ vectorStore: store, payload: "New" });
      const [changed] = await all();
      assert.deepEqual(msg["vectorStore"], changed);
      assert.deepEqual(
        [changed?.name, changed?.metadata, changed?.expires_after?.days],
        ["New", { a: "1" }, 3],
      );
    });

    it("replaces the metadata, and takes the expiry away with 0 days", async () => {
      await start({ operation: "modify", expiryDays: "0", metadata: "meta", metadataType: "msg" });
      const expires_after = { anchor: "last_active_at", days: 3 } as const;
      const store = await api.createVectorStore({ name: "Old", metadata: { a: "1" }, expires_after });
      await pass({ vectorStore: store.id, meta: { b: "2" } });
      const [changed] = await all();
      assert.deepEqual(
        [changed?.name, changed?.metadata, changed?.expires_after ?? null],
        ["Old", { b: "2" }, null],
      );
    });
  });

  it("retrieves a vector store by its ID", async () => {
    await start({ operation: "retrieve", vectorStore: "{{payload}}", vectorStoreType: "str" });
    const store = await api.createVectorStore({});
    assert.deepEqual((await pass({ payload: store.id }))["vectorStore"], store);
  });

  it("lists the newest vector stores, no more than the limit", async () => {
    await start({ operation: "list", limit: "2" });
    const made: VectorStore[] = [];
    for (const name of ["a", "b", "c"]) made.push(await api.createVectorStore({ name }));
    const msg = await pass({ vectorStore: "kept" });
    assert.deepEqual(msg.payload, made.toReversed().slice(0, 2));
    assert.equal(msg["vectorStore"], "kept");
  });

  it("deletes a vector store, and its files stay", async () => {
    await start({ operation: "delete" });
    const store = await filled({ "a.txt": "apple" });
    const msg = await pass({ vectorStore: store });
    assert.deepEqual(msg["vectorStore"], { id: store.id, object: "vector_store.deleted", deleted: true });
    assert.deepEqual(await all(), []);
    assert.deepEqual(
      (await api.listFiles({})).data.map(({ filename }) => filename),
      ["a.txt"],
    );
  });

  describe("add files", () => {
    it("waits until the file in msg.file can be searched", async () => {
      await start({ operation: "addFiles" });
      const store = await api.createVectorStore({});
      const file = await give("a.txt", "The word apple uses the code 442345.");
      const msg = await pass({ vectorStore: store, file, payload: "kept" });
      const added = await api.getVectorStore({ vector_store_id: store.id });
      assert.deepEqual(msg["vectorStore"], added);
      assert.equal(added.file_counts.completed, 1);
      assert.deepEqual([msg["file"], msg.payload], [file, "kept"]);
    });

    const lists: Record<string, (a: { id: string }, b: { id: string }) => unknown> = {
      files: (a, b) => [a, b],
      "IDs, one of them twice": (a, b) => [a.id, b.id, a.id],
      "objects with file_id": (a, b) => [{ file_id: a.id }, { file_id: b.id }],
    };
    for (const [title, listOf] of Object.entries(lists)) {
      it(`adds a list of ${title}`, async () => {
        await start({ operation: "addFiles", files: "payload" });
        const store = await api.createVectorStore({});
        const payload = listOf(await give("a.txt", "apple"), await give("b.txt", "banana"));
        const { file_counts } = await storeAfter({ vectorStore: store, payload });
        assert.deepEqual(file_counts, {
          in_progress: 0,
          completed: 2,
          failed: 0,
          cancelled: 0,
          total: 2,
        });
      });
    }

    it("adds more files than one request takes", async () => {
      await start({ operation: "addFiles", files: "payload" });
      const store = await api.createVectorStore({});
      const names = Array.from({ length: 501 }, (_, place) => `${place}.txt`);
      const payload = await Promise.all(names.map((name) => give(name, "apple")));
      const requests: number[] = [];
      const create = api.createVectorStoreFileBatch;
      api.createVectorStoreFileBatch = (parameters, options) => {
        requests.push(parameters.file_ids?.length ?? 0);
        return create(parameters, options);
      };
      const statuses = flow.statuses("store");
      const { file_counts } = await storeAfter({ vectorStore: store, payload });
      assert.deepEqual(requests, [500, 1]);
      assert.equal(file_counts.completed, 501);
      assert.ok(statuses.some(({ text }) => text?.endsWith("status.indexingCount")));
      assert.deepEqual(statuses.at(-1), {});
    }).timeout(60_000);

    it("gives each file the attributes of the form, and its own over them", async () => {
      await start({
        operation: "addFiles",
        files: "payload",
        attributes: '{"path":"{{topic}}","year":2026,"draft":true}',
      });
      const store = await api.createVectorStore({});
      const [a, b] = [await give("a.txt", "apple"), await give("b.txt", "banana")];
      const payload = [a.id, { file_id: b.id, attributes: { year: 2025 } }];
      await pass({ vectorStore: store, payload, topic: "x.txt" });
      const attributes = new Map((await filesIn(store)).map((file) => [file.id, file.attributes]));
      assert.deepEqual(attributes.get(a.id), { path: "x.txt", year: 2026, draft: true });
      assert.deepEqual(attributes.get(b.id), { path: "x.txt", year: 2025, draft: true });
    });

    for (const attributes of ["", '{"a":1}']) {
      it(`cuts the files in chunks of the form's size, with attributes '${attributes}'`, async () => {
        await start({
          operation: "addFiles",
          attributes,
          chunking: "static",
          chunkSize: "200",
          chunkOverlap: 50,
        });
        const store = await api.createVectorStore({});
        await pass({ vectorStore: store, file: await give("a.txt", "apple") });
        const size = { max_chunk_size_tokens: 200, chunk_overlap_tokens: 50 };
        const [file] = await filesIn(store);
        assert.deepEqual(file?.chunking_strategy, { type: "static", static: size });
      });
    }

    it("does not wait when the form says so", async () => {
      await start({ operation: "addFiles", wait: false });
      const looks: unknown[] = [];
      api.getVectorStoreFileBatch = (parameters) => {
        looks.push(parameters);
        return Promise.reject(new Error("nobody looks"));
      };
      const store = await api.createVectorStore({});
      const msg = await pass({ vectorStore: store, file: await give("a.txt", "apple") });
      assert.equal(idOf(msg["vectorStore"]), store.id);
      assert.equal((await filesIn(store)).length, 1);
      assert.deepEqual(looks, []);
    });

    it("sends a file that cannot be read to Catch, with what the service says", async () => {
      await start({ operation: "addFiles" });
      const store = await api.createVectorStore({});
      const file = await give("a.bin", BINARY);
      const { code, cause } = await fails({ vectorStore: store, file });
      const [failed] = await filesIn(store);
      const why = {
        ...failed?.last_error,
        file_id: file.id,
        filename: "a.bin",
        vector_store_id: store.id,
        status: "failed",
      };
      assert.equal(code, "indexing_failed");
      assert.equal(failed?.status, "failed");
      assert.deepEqual(cause, { ...why, files: [why] });
      assert.deepEqual(flow.inbox("out").arrived, []);
    });

    it("names every file of many that failed, and the others can be searched", async () => {
      await start({ operation: "addFiles", files: "payload" });
      const store = await api.createVectorStore({});
      const payload: string[] = [];
      for (const content of [BINARY, "apple", BINARY]) payload.push((await give("a", content)).id);
      const { code, cause, message } = await fails({ vectorStore: store, payload });
      assert.ok(
        typeof cause === "object" && cause !== null && "files" in cause && Array.isArray(cause.files),
      );
      assert.deepEqual(
        cause.files.map(({ file_id }: { file_id: string }) => file_id).sort(),
        [payload[0], payload[2]].sort(),
      );
      assert.equal(code, "indexing_failed");
      assert.match(message, /several\.indexing_failed$/);
      const { file_counts } = await api.getVectorStore({ vector_store_id: store.id });
      assert.deepEqual([file_counts.completed, file_counts.failed], [1, 2]);
    });

    const wrong: Record<string, [unknown, string]> = {
      nothing: [undefined, "file_missing"],
      "an empty list": [[], "file_missing"],
      "a list with a number": [["file-1", 7], "file_missing"],
      "an object without an id": [{ name: "a.txt" }, "file_missing"],
      "attributes that are none": [{ file_id: "file-1", attributes: { a: {} } }, "attributes_invalid"],
      "a file that is not there": ["file-000000000000000000000000", "file_not_found"],
    };
    for (const [title, [file, code]] of Object.entries(wrong)) {
      it(`sends ${title} to Catch, and adds nothing: ${code}`, async () => {
        await start({ operation: "addFiles" });
        const store = await api.createVectorStore({});
        assert.equal((await fails({ vectorStore: store, file })).code, code);
        assert.deepEqual(await filesIn(store), []);
      });
    }
  });

  describe("list files", () => {
    it("puts the newest files into the payload, over as many pages as it takes", async () => {
      await start({ operation: "listFiles", limit: "150" });
      const store = await api.createVectorStore({});
      const given = await Promise.all(Array.from({ length: 160 }, () => give("a.txt", "apple")));
      const ids = given.map(({ id }) => id);
      for (const file_id of ids) await api.createVectorStoreFile({ vector_store_id: store.id, file_id });
      const { payload, vectorStore: kept } = await pass({ vectorStore: store });
      assert.ok(Array.isArray(payload));
      assert.deepEqual(
        payload.map(({ id }) => id),
        ids.toReversed().slice(0, 150),
      );
      assert.deepEqual(kept, store);
    }).timeout(60_000);

    it("shows which files have failed and why, where only those are asked for", async () => {
      await start({ operation: "listFiles", fileStatus: "failed" });
      const store = await filled({ "a.txt": "apple", "b.bin": String(BINARY) });
      const { payload } = await pass({ vectorStore: store });
      assert.ok(Array.isArray(payload));
      assert.deepEqual(
        payload.map(({ last_error, attributes }) => [attributes.name, typeof last_error.message]),
        [["b.bin", "string"]],
      );
    });
  });

  it("removes files from the store, and they stay with the service", async () => {
    await start({ operation: "removeFiles", files: "payload" });
    const store = await filled({ "a.txt": "apple", "b.txt": "banana", "c.txt": "cherry" });
    const files = await filesIn(store);
    const [a, b, c] = files;
    const msg = await pass({ vectorStore: store, payload: [a, b?.id] });
    assert.deepEqual(
      (await filesIn(store)).map(({ id }) => id),
      [c?.id],
    );
    assert.deepEqual(msg["vectorStore"], await api.getVectorStore({ vector_store_id: store.id }));
    assert.equal((await api.listFiles({})).data.length, 3);
  });

  describe("search", () => {
    const texts = { "apple.txt": "The apple is red.", "banana.txt": "The banana is yellow." };

    it("puts what it has found into the payload, the best first", async () => {
      await start({ operation: "search" });
      const store = await filled(texts);
      const { payload, vectorStore: kept } = await pass({
        vectorStore: store,
        payload: "Is the banana yellow?",
      });
      assert.ok(Array.isArray(payload));
      assert.deepEqual(
        [payload[0].filename, payload[0].content[0].text, payload[0].attributes],
        ["banana.txt", "The banana is yellow.", { name: "banana.txt" }],
      );
      assert.deepEqual(kept, store);
    });

    const found = async (msg: NodeMessage): Promise<string[]> => {
      const { payload } = await pass(msg);
      assert.ok(Array.isArray(payload));
      return payload.map(({ filename }) => filename).sort();
    };

    it("takes several queries, and a text of the form", async () => {
      await start({ operation: "search" });
      const store = await filled(texts);
      const payload = ["apple", "banana"];
      assert.deepEqual(await found({ vectorStore: store, payload }), ["apple.txt", "banana.txt"]);
      await stop();
      await start({ operation: "search", query: "{{topic}}", queryType: "str" });
      assert.deepEqual(await found({ vectorStore: store, topic: "apple" }), ["apple.txt"]);
    });

    it("gives nothing where nothing is found, and no more than asked for", async () => {
      await start({ operation: "search", maxResults: "1" });
      const store = await filled(texts);
      assert.deepEqual(await found({ vectorStore: store, payload: "cherry" }), []);
      assert.equal((await found({ vectorStore: store, payload: "apple banana" })).length, 1);
    });

    it("leaves out what scores less than the least score", async () => {
      await start({ operation: "search", minScore: "1" });
      const store = await filled(texts);
      assert.deepEqual(await found({ vectorStore: store, payload: "apple or something else" }), []);
    });

    it("searches only files with the attributes of the filter, filled in", async () => {
      const filter = '{"type":"eq","key":"name","value":"{{topic}}"}';
      await start({ operation: "search", filter });
      const store = await filled(texts);
      const asked = { vectorStore: store, payload: "apple banana" };
      assert.deepEqual(await found({ ...asked, topic: "apple.txt" }), ["apple.txt"]);
      assert.deepEqual(await found(asked), []);
    });

    it("takes a filter of several from a property", async () => {
      await start({ operation: "search", filter: "filter", filterType: "msg" });
      const store = await filled(texts, () => ({ year: 2026 }));
      const filter = {
        type: "and",
        filters: [
          { type: "gte", key: "year", value: 2026 },
          { type: "ne", key: "name", value: "apple.txt" },
        ],
      };
      assert.deepEqual(await found({ vectorStore: store, payload: "apple banana", filter }), ["banana.txt"]);
    });

    for (const filter of ["", {}, { type: "eq" }, []]) {
      it(`finds nothing for a property that holds no filter: ${JSON.stringify(filter)}`, async () => {
        await start({ operation: "search", filter: "filter", filterType: "msg" });
        const store = await filled(texts);
        const { code } = await fails({ vectorStore: store, payload: "apple", filter });
        assert.equal(code, "filter_invalid");
      });
    }

    for (const payload of [undefined, " ", [], ["apple", 7], { a: 1 }]) {
      it(`sends a message without a query to Catch: ${JSON.stringify(payload)}`, async () => {
        await start({ operation: "search" });
        const store = await filled({});
        assert.equal((await fails({ vectorStore: store, payload })).code, "query_missing");
      });
    }

    it("lets the query be reworded where the form allows it, and not otherwise", async () => {
      for (const rewriteQuery of [true, false]) {
        await start({ operation: "search", rewriteQuery });
        const store = await filled({});
        const asked: unknown[] = [];
        const search = api.searchVectorStore;
        api.searchVectorStore = (parameters, options) => {
          asked.push(parameters.rewrite_query);
          return search(parameters, options);
        };
        await pass({ vectorStore: store, payload: "apple" });
        assert.deepEqual(asked, [rewriteQuery ? true : undefined]);
        if (rewriteQuery) await stop();
      }
    });
  });

  for (const operation of [
    "retrieve",
    "modify",
    "delete",
    "addFiles",
    "listFiles",
    "removeFiles",
    "search",
  ]) {
    it(`${operation} sends a message to Catch that has no vector store, or one that is gone`, async () => {
      await start({ operation });
      const file = await give("a.txt", "apple");
      assert.equal((await fails({ file, payload: "apple" })).code, "vector_store_missing");
      const gone = await fails({ vectorStore: UNKNOWN, file, payload: "apple" });
      assert.equal(gone.code, "vector_store_not_found");
      assert.deepEqual(flow.inbox("out").arrived, []);
    });
  }
});
