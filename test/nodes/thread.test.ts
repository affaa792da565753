import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import type { Thread } from "../../src/contract/objects.ts";
import { says } from "../scripted-model.ts";
import { caughtError } from "./caught-error.ts";
import { catchAll, inbox, thread } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { type Served, serveModel } from "./served-model.ts";

const UNKNOWN = "thread_000000000000000000000000";

describe("the thread node", () => {
  let served: Served;
  let flow: RunningFlow;

  beforeEach(async () => {
    served = await serveModel([says("Hello.")]);
  });
  afterEach(async () => {
    await flow[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
  });

  async function start(fields: object): Promise<void> {
    const nodes = [thread({ wires: [["out"]], ...fields }), inbox("out"), inbox("caught"), catchAll()];
    flow = await runFlow([served.config, ...nodes], { credentials: served.credentials });
  }

  async function pass(msg: NodeMessage): Promise<NodeMessage> {
    flow.send("thread", msg);
    return flow.inbox("out").next();
  }

  const stored = (made: Thread) => served.api.getThread({ thread_id: made.id });

  it("makes a thread for each message, says so, and leaves the rest of the message alone", async () => {
    await start({});
    const res = { send() {} };
    flow.send("thread", { _msgid: "1", payload: "Hi", thread: "old", res });
    flow.send("thread", { _msgid: "2" });
    const [first, second] = await flow.inbox("out").take(2);
    for (const msg of [first, second]) {
      const made = msg?.["thread"];
      assert.ok(typeof made === "object" && made !== null && "id" in made);
      assert.deepEqual(await served.api.getThread({ thread_id: String(made.id) }), made);
      assert.equal(msg?.["threadCreated"], true);
    }
    assert.notDeepEqual(first?.["thread"], second?.["thread"]);
    assert.equal(first?.payload, "Hi");
    assert.equal(first["res"], res);
  });

  for (const by of ["object", "id"]) {
    it(`retrieves the thread given as ${by} as it stands now`, async () => {
      await start({ operation: "retrieve" });
      const made = await served.api.createThread({});
      const changed = await served.api.updateThread({ thread_id: made.id, metadata: { a: "1" } });
      const msg = await pass({ thread: by === "id" ? made.id : made });
      assert.deepEqual([msg["thread"], msg["threadCreated"]], [changed, false]);
    });
  }

  it("deletes a thread", async () => {
    await start({ operation: "delete" });
    const made = await served.api.createThread({});
    const msg = await pass({ thread: made });
    assert.deepEqual(msg["thread"], { id: made.id, object: "thread.deleted", deleted: true });
    await assert.rejects(stored(made));
  });

  describe("modify", () => {
    it("replaces the metadata with the JSON of the form, its texts filled in after it was parsed", async () => {
      await start({ operation: "modify", metadata: '{"said": "{{payload}}", "{{topic}}": "{{flow.x}}"}' });
      const made = await served.api.createThread({ metadata: { before: "1" } });
      const payload = '", "broken": "{{topic}}';
      const msg = await pass({ thread: made, payload, topic: "t" });
      assert.deepEqual((await stored(made)).metadata, { said: payload, "{{topic}}": "" });
      assert.deepEqual(msg["thread"], await stored(made));
    });

    it("takes an object from the message as it is", async () => {
      await start({ operation: "modify", metadata: "payload", metadataType: "msg" });
      const made = await served.api.createThread({});
      await pass({ thread: made, payload: { said: "{{topic}}" } });
      assert.deepEqual((await stored(made)).metadata, { said: "{{topic}}" });
    });

    const wrong: [string, string, string, string][] = [
      ["that is not JSON", "json", "{", "json_invalid"],
      ["that is a list", "json", '["a"]', "metadata_invalid"],
      ["with a number in it", "json", '{"a": 1}', "metadata_invalid"],
      ["with a broken template", "json", '{"a": "{{#open}}"}', "template_invalid"],
      ["that is nowhere", "msg", "nowhere", "metadata_invalid"],
    ];
    for (const [title, metadataType, metadata, code] of wrong) {
      it(`sends metadata ${title} to Catch and changes nothing`, async () => {
        await start({ operation: "modify", metadata, metadataType });
        const made = await served.api.createThread({ metadata: { before: "1" } });
        flow.send("thread", { thread: made });
        assert.equal((await caughtError(flow)).code, code);
        assert.deepEqual(await stored(made), made);
      });
    }
  });

  for (const operation of ["retrieve", "modify", "delete"]) {
    it(`sends a message without a thread, or with one that is gone, to Catch: ${operation}`, async () => {
      await start({ operation });
      flow.send("thread", {});
      assert.equal((await caughtError(flow)).code, "thread_missing");
      flow.send("thread", { thread: UNKNOWN });
      assert.equal((await caughtError(flow)).code, "thread_not_found");
      assert.deepEqual(flow.inbox("out").arrived, []);
    });
  }
});
