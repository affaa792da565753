import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import type { Thread } from "../../src/contract/objects.ts";
import { says } from "../scripted-model.ts";
import { caughtError } from "./caught-error.ts";
import { catchAll, inbox, message } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { type Served, serveModel } from "./served-model.ts";

describe("the message node", () => {
  let served: Served;
  let flow: RunningFlow;
  let thread: Thread;

  beforeEach(async () => {
    served = await serveModel([says("Hello.")]);
    thread = await served.api.createThread({});
  });
  afterEach(async () => {
    await flow[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
  });

  async function start(fields: object = {}): Promise<void> {
    const nodes = [message({ wires: [["out"]], ...fields }), inbox("out"), inbox("caught"), catchAll()];
    flow = await runFlow([served.config, ...nodes], { credentials: served.credentials });
  }

  async function pass(msg: NodeMessage = {}): Promise<NodeMessage> {
    flow.send("message", { thread, ...msg });
    return flow.inbox("out").next();
  }

  const stored = async () => (await served.api.listMessages({ thread_id: thread.id, order: "asc" })).data;
  const texts = async () =>
    (await stored()).map(({ role, content: [part] }) => [role, part?.type === "text" ? part.text.value : ""]);

  describe("create", () => {
    it("writes the payload into the thread and hands the message on", async () => {
      await start();
      const req = { headers: {} };
      const msg = await pass({ payload: "{{topic}}", topic: "t", req });
      assert.deepEqual(await texts(), [["user", "{{topic}}"]]);
      assert.deepEqual([msg["message"]], await stored());
      assert.deepEqual([msg.payload, msg.topic, msg["thread"]], ["{{topic}}", "t", thread]);
      assert.equal(msg["req"], req);
    });

    it("writes in the role that was chosen", async () => {
      await start({ role: "assistant" });
      await pass({ payload: "I said" });
      assert.deepEqual(await texts(), [["assistant", "I said"]]);
    });

    it("fills in a text that was written into the form", async () => {
      await start({ content: "It's {{payload.state}} & <{{topic}}>", contentType: "str" });
      await pass({ payload: { state: "{{topic}}" }, topic: "hot" });
      assert.deepEqual(await texts(), [["user", "It's {{topic}} & <hot>"]]);
    });

    it("writes what is no text as JSON", async () => {
      await start();
      await pass({ payload: { city: "Köln" } });
      assert.deepEqual(await texts(), [["user", '{"city":"Köln"}']]);
    });
  });

  describe("list", () => {
    beforeEach(async () => {
      for (const content of ["a", "b", "c"]) {
        await served.api.createMessage({ thread_id: thread.id, role: "user", content });
      }
    });

    it("reads the thread's messages in the order that was chosen, and leaves the payload alone", async () => {
      await start({ operation: "list", order: "asc" });
      const msg = await pass({ payload: "kept" });
      assert.deepEqual(msg["messages"], await stored());
      assert.equal(msg.payload, "kept");
    });

    for (const limit of [2, "2"]) {
      it(`reads no more than a limit given as ${typeof limit}`, async () => {
        await start({ operation: "list", order: "desc", limit });
        assert.deepEqual((await pass())["messages"], (await stored()).toReversed().slice(0, 2));
      });
    }
  });

  describe("one message", () => {
    const written = () =>
      served.api.createMessage({ thread_id: thread.id, role: "user", content: "a", metadata: { old: "1" } });

    for (const by of ["object", "id"]) {
      it(`retrieves the message given as ${by} as it stands now`, async () => {
        await start({ operation: "retrieve" });
        const made = await written();
        const name = { thread_id: thread.id, message_id: made.id };
        const changed = await served.api.updateMessage({ ...name, metadata: { a: "1" } });
        const msg = await pass({ message: by === "id" ? made.id : made, payload: "kept" });
        assert.deepEqual([msg["message"], msg.payload], [changed, "kept"]);
      });
    }

    it("replaces the metadata with the JSON of the form, its texts filled in after it was parsed", async () => {
      await start({ operation: "modify", metadata: '{"said": "{{payload}}"}' });
      const msg = await pass({ message: await written(), payload: '", "broken": "{{topic}}' });
      const [stands] = await stored();
      assert.deepEqual(stands?.metadata, { said: '", "broken": "{{topic}}' });
      assert.deepEqual(msg["message"], stands);
    });

    it("takes metadata from the message as they are", async () => {
      await start({ operation: "modify", metadata: "payload", metadataType: "msg" });
      await pass({ message: await written(), payload: { said: "{{topic}}" } });
      assert.deepEqual((await stored())[0]?.metadata, { said: "{{topic}}" });
    });

    it("deletes a message", async () => {
      await start({ operation: "delete" });
      const { id } = await written();
      const msg = await pass({ message: id });
      assert.deepEqual(msg["message"], { id, object: "thread.message.deleted", deleted: true });
      assert.deepEqual(await stored(), []);
    });

    for (const operation of ["retrieve", "modify", "delete"]) {
      it(`sends what names no message, or one that is gone, to Catch: ${operation}`, async () => {
        await start({ operation });
        flow.send("message", { thread });
        assert.equal((await caughtError(flow)).code, "message_missing");
        flow.send("message", { thread, message: "msg_000000000000000000000000" });
        assert.equal((await caughtError(flow)).code, "message_not_found");
        assert.deepEqual(flow.inbox("out").arrived, []);
      });
    }
  });

  const wrong: [string, object, NodeMessage, string][] = [
    ["without a thread", {}, { thread: undefined }, "thread_missing"],
    ["with an unknown thread", {}, { thread: "thread_000000000000000000000000" }, "thread_not_found"],
    ["with a malformed thread", {}, { thread: "x" }, "malformed_id"],
    ["with nothing to write", {}, { payload: "" }, "content_missing"],
    ["with a broken template", { content: "{{#open}}", contentType: "str" }, {}, "template_invalid"],
    ["with a limit that is too high", { operation: "list", limit: 101 }, {}, "invalid_value"],
  ];
  for (const [title, fields, msg, code] of wrong) {
    it(`${title} goes to Catch and writes nothing: ${code}`, async () => {
      await start(fields);
      flow.send("message", { thread, payload: "Hi", ...msg });
      assert.equal((await caughtError(flow)).code, code);
      assert.deepEqual(await stored(), []);
      assert.deepEqual(flow.inbox("out").arrived, []);
    });
  }
});
