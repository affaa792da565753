import assert from "node:assert/strict";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { contractError } from "../../../src/contract/errors.ts";
import { caughtError } from "../caught-error.ts";
import { catchAll, config, inbox } from "../node-fields.ts";
import { runFlow } from "../running-flow.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { byKey, count, talk } from "./talk.ts";
import { useTalkingFlow } from "./talking-flow.ts";

describe("a conversation's key", () => {
  const talking = useTalkingFlow();

  it("costs no write when its thread is there", async () => {
    const running = await talking.start();
    await talk(running, "alice");
    using database = talking.openDatabase();
    const version = () => database.prepare("PRAGMA data_version").get();
    const before = version();
    talking.served.calls.length = 0;
    await talk(running, "alice");
    assert.deepEqual(talking.served.calls, ["getThread"]);
    assert.deepEqual(version(), before);
    await talk(running, "bob");
    assert.notDeepEqual(version(), before);
  });

  it("is on the disk when its message leaves the node, without the key to the server", async () => {
    const { id } = await talk(await talking.start(), "alice");
    using database = talking.openDatabase();
    const rows = database.prepare("SELECT * FROM conversation").all();
    assert.deepEqual(
      rows.map((row) => ({ ...row })),
      [{ service: JSON.stringify([`${talking.served.url}/v1`, ""]), key: "alice", thread: id }],
    );
  });

  it("finds its thread again after a restart", async () => {
    const { id } = await talk(await talking.start(), "alice");
    assert.deepEqual(await talk(await talking.start(), "alice"), { id, created: false });
  });

  it("finds its thread again when the flow was imported anew, its nodes having other ids", async () => {
    const { id } = await talk(await talking.start(), "alice");
    talking.served.config = { ...talking.served.config, id: "imported" };
    talking.served.credentials = { imported: talking.served.credentials["service"] ?? {} };
    const running = await talking.start([byKey({ id: "another", config: "imported" })]);
    assert.deepEqual(await talk(running, "alice", "another"), { id, created: false });
  });

  it("has a thread for each environment", async () => {
    const { id } = await talk(await talking.start(), "alice");
    talking.served.config["environment"] = "development";
    const other = await talk(await talking.start(), "alice");
    assert.equal(other.created, true);
    assert.notEqual(other.id, id);
  });

  it("gets a new thread when its own is gone, and keeps that one", async () => {
    const running = await talking.start();
    const first = await talk(running, "alice");
    await talking.served.api.deleteThread({ thread_id: first.id });
    const second = await talk(running, "alice");
    assert.equal(second.created, true);
    assert.notEqual(second.id, first.id);
    assert.deepEqual(await talk(running, "alice"), { id: second.id, created: false });
  });

  describe("when its conversation begins anew", () => {
    const nodes = [byKey(), byKey({ id: "anew", operation: "forget" })];

    it("loses its thread and gets another", async () => {
      const running = await talking.start(nodes);
      const first = await talk(running, "alice");
      const bob = await talk(running, "bob");
      running.send("anew", { topic: "alice" });
      const { thread } = Object(await running.inbox("out").next());
      assert.deepEqual(thread, { id: first.id, object: "thread.deleted", deleted: true });
      await assert.rejects(talking.served.api.getThread({ thread_id: first.id }));
      const second = await talk(running, "alice");
      assert.deepEqual([second.created, second.id === first.id], [true, false]);
      assert.deepEqual(await talk(running, "bob"), { id: bob.id, created: false });
    });

    it("is forgotten also when its thread is gone already", async () => {
      const running = await talking.start(nodes);
      const { id } = await talk(running, "alice");
      await talking.served.api.deleteThread({ thread_id: id });
      running.send("anew", { topic: "alice" });
      await running.inbox("out").next();
      using database = talking.openDatabase();
      assert.deepEqual(database.prepare("SELECT * FROM conversation").all(), []);
    });

    it("has nothing to lose where it was never used", async () => {
      const running = await talking.start(nodes);
      running.send("anew", { topic: "alice", thread: "old" });
      const msg = Object(await running.inbox("out").next());
      assert.deepEqual([msg.thread, msg.threadCreated, talking.served.calls], [null, false, []]);
    });

    it("is kept when the thread cannot be deleted", async () => {
      const running = await talking.start(nodes);
      const { id } = await talk(running, "alice");
      const refusal = Promise.reject(contractError("bad_request", { reason: "no" }));
      refusal.catch(() => {});
      talking.served.gates.deleteThread = refusal;
      running.send("anew", { topic: "alice" });
      assert.equal((await caughtError(running)).code, "bad_request");
      assert.deepEqual(await talk(running, "alice"), { id, created: false });
    });
  });

  describe("that cannot be remembered", () => {
    it("goes to Catch and makes no thread where the database cannot be opened", async () => {
      await mkdir(join(talking.directory, "assistants", "flows.db"), { recursive: true });
      const running = await talking.start();
      running.send("thread", { topic: "alice" });
      assert.equal((await caughtError(running)).code, "conversation_memory_failed");
      assert.deepEqual([talking.served.calls, running.inbox("out").arrived], [[], []]);
    });

    it("leaves no thread behind where the database cannot be written, and is tried again", async () => {
      const running = await talking.start();
      await talk(running, "bob");
      using database = talking.openDatabase();
      database.exec(
        "CREATE TRIGGER full BEFORE INSERT ON conversation BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
      );
      running.send("thread", { topic: "alice" });
      assert.equal((await caughtError(running)).code, "conversation_memory_failed");
      assert.deepEqual(talking.served.calls.slice(-2), ["createThread", "deleteThread"]);
      database.exec("DROP TRIGGER full");
      assert.equal((await talk(running, "alice")).created, true);
    });
  });

  it("is remembered when its node closes while the thread is being made, and nothing is said", async () => {
    const running = await talking.start();
    const gate = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    talking.served.gates.createThread = gate.promise;
    talking.served.onCall = () => asked.resolve();
    running.send("thread", { topic: "alice" });
    running.send("thread", { topic: "alice" });
    await asked.promise;
    const ends = [inbox("out"), inbox("caught"), catchAll()];
    const redeployed = running.deploy([talking.served.config, byKey({ name: "changed" }), ...ends]);
    gate.resolve();
    await redeployed;
    assert.equal((await talk(running, "alice")).created, false);
    assert.equal(count(talking.served, "createThread"), 1);
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
