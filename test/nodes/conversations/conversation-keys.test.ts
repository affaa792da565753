import assert from "node:assert/strict";
import { caughtError } from "../caught-error.ts";
import { byKey, count, sendTopic, talk, threadOf } from "./talk.ts";
import { useTalkingFlow } from "./talking-flow.ts";

describe("a conversation's key", () => {
  const talking = useTalkingFlow();

  it("has one thread, and the node says for whom it was made", async () => {
    const running = await talking.start();
    const first = await talk(running, "alice");
    const second = await talk(running, "alice");
    const other = await talk(running, "bob");
    assert.deepEqual([first.created, second.created, other.created], [true, false, true]);
    assert.equal(second.id, first.id);
    assert.notEqual(other.id, first.id);
    assert.equal(count(talking.served, "createThread"), 2);
  });

  it("may be a number, which is the same as the text", async () => {
    const running = await talking.start();
    const { id } = await talk(running, 7);
    assert.deepEqual(await talk(running, "7"), { id, created: false });
  });

  it("may be a template", async () => {
    const running = await talking.start([byKey({ key: "chat {{payload.id}}", keyType: "str" })]);
    running.send("thread", { payload: { id: 1 } });
    const { id } = threadOf(await running.inbox("out").next());
    assert.deepEqual(await talk(await talking.start(), "chat 1"), { id, created: false });
  });

  for (const topics of [
    ["alice", "alice"],
    ["alice", "bob"],
  ]) {
    it(`has one thread of its own when messages with ${topics.join(" and ")} come together`, async () => {
      const running = await talking.start();
      for (const topic of topics) running.send("thread", { topic });
      const found = (await running.inbox("out").take(2)).map(threadOf);
      const wanted = new Set(topics).size;
      assert.equal(new Set(found.map(({ id }) => id)).size, wanted);
      assert.equal(found.filter(({ created }) => created).length, wanted);
      assert.equal(count(talking.served, "createThread"), wanted);
    });
  }

  it("has one thread when two nodes, each with a config node of its own, get it at the same time", async () => {
    const second = { ...talking.served.config, id: "second", timeout: 10 };
    talking.served.credentials["second"] = talking.served.credentials["service"] ?? {};
    const running = await talking.start([second, byKey(), byKey({ id: "other", config: "second" })]);
    running.send("thread", { topic: "alice" });
    running.send("other", { topic: "alice" });
    const found = (await running.inbox("out").take(2)).map(threadOf);
    assert.equal(found[0]?.id, found[1]?.id);
    assert.equal(count(talking.served, "createThread"), 1);
  });

  it("is one of many that come at once", async () => {
    const running = await talking.start();
    const keys = Array.from({ length: 50 }, (_, index) => `user ${index % 25}`);
    for (const topic of keys) running.send("thread", { topic });
    const found = (await running.inbox("out").take(50)).map((msg) => [msg.topic, threadOf(msg).id]);
    assert.equal(new Set(found.map(String)).size, 25);
    assert.equal(new Set(found.map(([, id]) => id)).size, 25);
  });

  it("is refused when too many messages wait for it", async () => {
    const running = await talking.start();
    const gate = Promise.withResolvers<void>();
    talking.served.gates.createThread = gate.promise;
    for (let index = 0; index < 102; index += 1) running.send("thread", { topic: "alice" });
    assert.equal((await caughtError(running)).code, "conversation_queue_full");
    gate.resolve();
    await running.inbox("out").take(101);
    assert.equal(count(talking.served, "createThread"), 1);
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
      const running = await talking.start();
      sendTopic(running, topic);
      assert.equal((await caughtError(running)).code, code);
      assert.deepEqual([talking.served.calls, running.inbox("out").arrived], [[], []]);
    });
  }

  it("may have any characters and 256 of them", async () => {
    const running = await talking.start();
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
});
