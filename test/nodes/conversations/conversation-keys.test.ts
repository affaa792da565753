import assert from "node:assert/strict";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { contractError } from "../../../src/contract/errors.ts";
import { says } from "../../scripted-model.ts";
import { caughtError } from "../caught-error.ts";
import { catchAll, config, type FlowNode, inbox } from "../node-fields.ts";
import { type RunningFlow, runFlow } from "../running-flow.ts";
import { type Served, serveModel } from "../served-model.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { byKey, count, sendTopic, startTalk, talk, threadOf } from "./talk.ts";

describe("a conversation's key", () => {
  let served: Served;
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let flow: RunningFlow | null;

  beforeEach(async () => {
    served = await serveModel([says("Hello.")]);
    directory = await temporaryDirectory();
  });
  afterEach(async () => {
    await flow?.[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
    await directory[Symbol.asyncDispose]();
    flow = null;
  });

  /** Starts the flow, anew if one runs, on the same user directory. */
  async function start(nodes: FlowNode[] = [byKey()]): Promise<RunningFlow> {
    await flow?.[Symbol.asyncDispose]();
    flow = await startTalk(served, nodes, { userDir: directory.path });
    return flow;
  }

  /** The nodes' database, as another process sees it. */
  function openDatabase(): DatabaseSync & Disposable {
    const database = new DatabaseSync(join(directory.path, "assistants", "flows.db"));
    return Object.assign(database, { [Symbol.dispose]: () => database.close() });
  }

  it("has one thread, and the node says for whom it was made", async () => {
    const running = await start();
    const first = await talk(running, "alice");
    const second = await talk(running, "alice");
    const other = await talk(running, "bob");
    assert.deepEqual([first.created, second.created, other.created], [true, false, true]);
    assert.equal(second.id, first.id);
    assert.notEqual(other.id, first.id);
    assert.equal(count(served, "createThread"), 2);
  });

  it("may be a number, which is the same as the text", async () => {
    const running = await start();
    const { id } = await talk(running, 7);
    assert.deepEqual(await talk(running, "7"), { id, created: false });
  });

  it("may be a template", async () => {
    const running = await start([byKey({ key: "chat {{payload.id}}", keyType: "str" })]);
    running.send("thread", { payload: { id: 1 } });
    const { id } = threadOf(await running.inbox("out").next());
    assert.deepEqual(await talk(await start(), "chat 1"), { id, created: false });
  });

  it("costs no write when its thread is there", async () => {
    const running = await start();
    await talk(running, "alice");
    using database = openDatabase();
    const version = () => database.prepare("PRAGMA data_version").get();
    const before = version();
    served.calls.length = 0;
    await talk(running, "alice");
    assert.deepEqual(served.calls, ["getThread"]);
    assert.deepEqual(version(), before);
    await talk(running, "bob");
    assert.notDeepEqual(version(), before);
  });

  it("is on the disk when its message leaves the node, without the key to the server", async () => {
    const { id } = await talk(await start(), "alice");
    using database = openDatabase();
    const rows = database.prepare("SELECT * FROM conversation").all();
    assert.deepEqual(
      rows.map((row) => ({ ...row })),
      [{ service: JSON.stringify([`${served.url}/v1`, ""]), key: "alice", thread: id }],
    );
  });

  it("finds its thread again after a restart", async () => {
    const { id } = await talk(await start(), "alice");
    assert.deepEqual(await talk(await start(), "alice"), { id, created: false });
  });

  it("finds its thread again when the flow was imported anew, its nodes having other ids", async () => {
    const { id } = await talk(await start(), "alice");
    served.config = { ...served.config, id: "imported" };
    served.credentials = { imported: served.credentials["service"] ?? {} };
    const running = await start([byKey({ id: "another", config: "imported" })]);
    assert.deepEqual(await talk(running, "alice", "another"), { id, created: false });
  });

  it("has a thread for each environment", async () => {
    const { id } = await talk(await start(), "alice");
    served.config["environment"] = "development";
    const other = await talk(await start(), "alice");
    assert.equal(other.created, true);
    assert.notEqual(other.id, id);
  });

  for (const topics of [
    ["alice", "alice"],
    ["alice", "bob"],
  ]) {
    it(`has one thread of its own when messages with ${topics.join(" and ")} come together`, async () => {
      const running = await start();
      for (const topic of topics) running.send("thread", { topic });
      const found = (await running.inbox("out").take(2)).map(threadOf);
      const wanted = new Set(topics).size;
      assert.equal(new Set(found.map(({ id }) => id)).size, wanted);
      assert.equal(found.filter(({ created }) => created).length, wanted);
      assert.equal(count(served, "createThread"), wanted);
    });
  }

  it("has one thread when two nodes, each with a config node of its own, get it at the same time", async () => {
    const second = { ...served.config, id: "second", timeout: 10 };
    served.credentials["second"] = served.credentials["service"] ?? {};
    const running = await start([second, byKey(), byKey({ id: "other", config: "second" })]);
    running.send("thread", { topic: "alice" });
    running.send("other", { topic: "alice" });
    const found = (await running.inbox("out").take(2)).map(threadOf);
    assert.equal(found[0]?.id, found[1]?.id);
    assert.equal(count(served, "createThread"), 1);
  });

  it("is one of many that come at once", async () => {
    const running = await start();
    const keys = Array.from({ length: 50 }, (_, index) => `user ${index % 25}`);
    for (const topic of keys) running.send("thread", { topic });
    const found = (await running.inbox("out").take(50)).map((msg) => [msg.topic, threadOf(msg).id]);
    assert.equal(new Set(found.map(String)).size, 25);
    assert.equal(new Set(found.map(([, id]) => id)).size, 25);
  });

  it("is refused when too many messages wait for it", async () => {
    const running = await start();
    const gate = Promise.withResolvers<void>();
    served.gates.createThread = gate.promise;
    for (let index = 0; index < 102; index += 1) running.send("thread", { topic: "alice" });
    assert.equal((await caughtError(running)).code, "conversation_queue_full");
    gate.resolve();
    await running.inbox("out").take(101);
    assert.equal(count(served, "createThread"), 1);
  });

  it("gets a new thread when its own is gone, and keeps that one", async () => {
    const running = await start();
    const first = await talk(running, "alice");
    await served.api.deleteThread({ thread_id: first.id });
    const second = await talk(running, "alice");
    assert.equal(second.created, true);
    assert.notEqual(second.id, first.id);
    assert.deepEqual(await talk(running, "alice"), { id: second.id, created: false });
  });

  const refused: [string, unknown, string][] = [
    ["nothing", undefined, "conversation_key_missing"],
    ["null", null, "conversation_key_missing"],
    ["an empty text", "", "conversation_key_missing"],
    ["a blank text", " \n", "conversation_key_missing"],
    ["an object", { id: 7 }, "conversation_key_invalid"],
    ["a list", ["alice"], "conversation_key_invalid"],
    ["a boolean", true, "conversation_key_invalid"],
    ["a number that is none", Number.NaN, "conversation_key_invalid"],
    ["a text that is too long", "a".repeat(257), "conversation_key_invalid"],
    ["half a character", "\ud83d", "conversation_key_invalid"],
  ];
  for (const [title, topic, code] of refused) {
    it(`is not ${title}: such a message goes to Catch and shares no thread`, async () => {
      const running = await start();
      sendTopic(running, topic);
      assert.equal((await caughtError(running)).code, code);
      assert.deepEqual([served.calls, running.inbox("out").arrived], [[], []]);
    });
  }

  it("may have any characters and 256 of them", async () => {
    const running = await start();
    for (const key of [
      "a".repeat(256),
      "__proto__",
      "a.b[0]",
      "'; DROP TABLE conversation; --",
      "김 🙂",
      "0",
    ]) {
      const { id, created } = await talk(running, key);
      assert.deepEqual([created, await talk(running, key)], [true, { id, created: false }]);
    }
  });

  describe("when its conversation begins anew", () => {
    const nodes = [byKey(), byKey({ id: "anew", operation: "forget" })];

    it("loses its thread and gets another", async () => {
      const running = await start(nodes);
      const first = await talk(running, "alice");
      const bob = await talk(running, "bob");
      running.send("anew", { topic: "alice" });
      const { thread } = Object(await running.inbox("out").next());
      assert.deepEqual(thread, { id: first.id, object: "thread.deleted", deleted: true });
      await assert.rejects(served.api.getThread({ thread_id: first.id }));
      const second = await talk(running, "alice");
      assert.deepEqual([second.created, second.id === first.id], [true, false]);
      assert.deepEqual(await talk(running, "bob"), { id: bob.id, created: false });
    });

    it("is forgotten also when its thread is gone already", async () => {
      const running = await start(nodes);
      const { id } = await talk(running, "alice");
      await served.api.deleteThread({ thread_id: id });
      running.send("anew", { topic: "alice" });
      await running.inbox("out").next();
      using database = openDatabase();
      assert.deepEqual(database.prepare("SELECT * FROM conversation").all(), []);
    });

    it("has nothing to lose where it was never used", async () => {
      const running = await start(nodes);
      running.send("anew", { topic: "alice", thread: "old" });
      const msg = Object(await running.inbox("out").next());
      assert.deepEqual([msg.thread, msg.threadCreated, served.calls], [null, false, []]);
    });

    it("is kept when the thread cannot be deleted", async () => {
      const running = await start(nodes);
      const { id } = await talk(running, "alice");
      const refusal = Promise.reject(contractError("bad_request", { reason: "no" }));
      refusal.catch(() => {});
      served.gates.deleteThread = refusal;
      running.send("anew", { topic: "alice" });
      assert.equal((await caughtError(running)).code, "bad_request");
      assert.deepEqual(await talk(running, "alice"), { id, created: false });
    });
  });

  describe("that cannot be remembered", () => {
    it("goes to Catch and makes no thread where the database cannot be opened", async () => {
      await mkdir(join(directory.path, "assistants", "flows.db"), { recursive: true });
      const running = await start();
      running.send("thread", { topic: "alice" });
      assert.equal((await caughtError(running)).code, "conversation_memory_failed");
      assert.deepEqual([served.calls, running.inbox("out").arrived], [[], []]);
    });

    it("leaves no thread behind where the database cannot be written, and is tried again", async () => {
      const running = await start();
      await talk(running, "bob");
      using database = openDatabase();
      database.exec(
        "CREATE TRIGGER full BEFORE INSERT ON conversation BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
      );
      running.send("thread", { topic: "alice" });
      assert.equal((await caughtError(running)).code, "conversation_memory_failed");
      assert.deepEqual(served.calls.slice(-2), ["createThread", "deleteThread"]);
      database.exec("DROP TRIGGER full");
      assert.equal((await talk(running, "alice")).created, true);
    });
  });

  it("is remembered when its node closes while the thread is being made, and nothing is said", async () => {
    const running = await start();
    const gate = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    served.gates.createThread = gate.promise;
    served.onCall = () => asked.resolve();
    running.send("thread", { topic: "alice" });
    running.send("thread", { topic: "alice" });
    await asked.promise;
    const ends = [inbox("out"), inbox("caught"), catchAll()];
    const redeployed = running.deploy([served.config, byKey({ name: "changed" }), ...ends]);
    gate.resolve();
    await redeployed;
    assert.equal((await talk(running, "alice")).created, false);
    assert.equal(count(served, "createThread"), 1);
    assert.deepEqual([running.inbox("out").arrived.length, running.inbox("caught").arrived.length], [1, 0]);
  });
});

describe("a conversation's key on the built-in service", () => {
  it("finds its thread again after a restart, also when the user directory was moved", async () => {
    await using parent = await temporaryDirectory();
    const [before, after] = [join(parent.path, "before"), join(parent.path, "after")];
    const nodes = [config({ dataDirectory: "data" }), byKey(), inbox("out")];
    const begun = await runFlow(nodes, { userDir: before });
    const { id } = await talk(begun, "alice");
    await begun[Symbol.asyncDispose]();
    await rename(before, after);
    await using moved = await runFlow(nodes, { userDir: after });
    assert.deepEqual(await talk(moved, "alice"), { id, created: false });
  });
});
