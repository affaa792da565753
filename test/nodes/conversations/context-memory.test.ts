import assert from "node:assert/strict";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { ContextMemory } from "../../../nodes/conversations/context-memory.ts";
import { says } from "../../scripted-model.ts";
import { caughtError } from "../caught-error.ts";
import type { RunningFlow } from "../running-flow.ts";
import { type Served, serveModel } from "../served-model.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { AsynchronousStore } from "./asynchronous-store.ts";
import { byKey, count, startTalk, talk, threadOf } from "./talk.ts";

describe("a conversation that a context store remembers", () => {
  let served: Served;
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let store: AsynchronousStore;

  beforeEach(async () => {
    served = await serveModel([says("Hello.")]);
    directory = await temporaryDirectory();
    store = new AsynchronousStore();
  });
  afterEach(async () => {
    await served[Symbol.asyncDispose]();
    await directory[Symbol.asyncDispose]();
  });

  function start(memoryType: string, memory: string): Promise<RunningFlow> {
    const fields = { memoryType, memory };
    const nodes = [byKey(fields), byKey({ id: "anew", operation: "forget", ...fields })];
    const contextStorage = {
      default: { module: "memory" },
      file: { module: "localfilesystem" },
      direct: { module: "localfilesystem", config: { dir: directory.path, base: "direct", cache: false } },
      far: { module: store.module },
    };
    return startTalk(served, nodes, { userDir: directory.path, contextStorage });
  }

  const places = [
    ["flow", "conversations"],
    ["global", "conversations"],
    ["flow", "#:(file)::chat.threads"],
    ["global", "#:(direct)::conversations"],
    ["flow", "#:(far)::conversations"],
  ] as const;
  for (const [type, name] of places) {
    it(`has one thread until it begins anew: ${type}.${name}`, async () => {
      await using flow = await start(type, name);
      const first = await talk(flow, "alice@example.com");
      assert.deepEqual(await talk(flow, "alice@example.com"), { id: first.id, created: false });
      assert.equal((await talk(flow, "a.b['c\"]")).created, true);
      flow.send("anew", { topic: "alice@example.com" });
      await flow.inbox("out").next();
      const second = await talk(flow, "alice@example.com");
      assert.deepEqual([second.created, second.id === first.id], [true, false]);
    });
  }

  it("has one thread each when messages of several come together twice", async () => {
    await using flow = await start("global", "#:(direct)::conversations");
    const keys = ["alice", "bob", "carol", "dave"];
    for (const topic of [...keys, ...keys]) flow.send("thread", { topic });
    const ids = (await flow.inbox("out").take(8)).map((msg) => threadOf(msg).id);
    assert.equal(new Set(ids).size, 4);
    assert.equal(count(served, "createThread"), 4);
    for (const key of keys) assert.equal((await talk(flow, key)).created, false);
  });

  it("is found again after a restart where the store keeps it", async () => {
    const places: string[] = ["#:(file)::conversations", "#:(direct)::conversations"];
    for (const place of places) {
      const before = await start("global", place);
      const { id } = await talk(before, place);
      await before[Symbol.asyncDispose]();
      await using flow = await start("global", place);
      assert.deepEqual(await talk(flow, place), { id, created: false });
    }
  });

  it("is one property of its own, which says what it stands for", async () => {
    await using flow = await start("global", "#:(far)::chat");
    const { id } = await talk(flow, "alice");
    const [[name, value] = []] = store.kept;
    assert.match(String(name), /^global chat_[0-9a-f]{32}$/);
    const service = JSON.stringify([`${served.url}/v1`, ""]);
    assert.deepEqual(JSON.parse(String(value)), { service, key: "alice", thread: id });
  });

  it("is not written again, and the nodes' database is not opened", async () => {
    await using flow = await start("flow", "#:(far)::conversations");
    await talk(flow, "alice");
    let writes = 0;
    const { set } = store;
    store.set = (...written) => {
      writes += 1;
      set.apply(store, written);
    };
    await talk(flow, "alice");
    assert.equal(writes, 0);
    await assert.rejects(access(join(directory.path, "assistants")));
  });

  it("goes to Catch and leaves no thread behind while the store fails", async () => {
    await using flow = await start("flow", "#:(far)::conversations");
    const { get } = store;
    // Reads still answer.
    store.get = (scope, key, answer) => get.call(store, scope, key, (_error, value) => answer(null, value));
    store.failure = new Error("connection lost");
    flow.send("thread", { topic: "alice" });
    const { code, cause } = await caughtError(flow);
    assert.deepEqual([code, cause], ["conversation_memory_failed", store.failure]);
    assert.deepEqual(served.calls, ["createThread", "deleteThread"]);
    store.failure = null;
    assert.equal((await talk(flow, "alice")).created, true);
  });

  it("makes no thread while the store cannot be read", async () => {
    await using flow = await start("flow", "#:(far)::conversations");
    store.failure = new Error("connection lost");
    flow.send("thread", { topic: "alice" });
    assert.equal((await caughtError(flow)).code, "conversation_memory_failed");
    assert.deepEqual(served.calls, []);
  });

  it("is not waited for without a limit", async () => {
    store.get = () => {};
    await using flow = await start("flow", "#:(far)::conversations");
    const field = { type: "flow", value: "#:(far)::conversations" };
    const memory = new ContextMemory(flow.RED, flow.node("thread"), field, "service", 5);
    await assert.rejects(memory.get("alice"), /no answer within 5 ms/);
  });
});
