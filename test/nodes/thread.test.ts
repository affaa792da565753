import assert from "node:assert/strict";
import { says } from "../scripted-model.ts";
import { inbox, thread } from "./node-fields.ts";
import { runFlow } from "./running-flow.ts";
import { serveModel } from "./served-model.ts";

describe("the thread node", () => {
  it("makes a thread for each message, says so, and leaves the rest of the message alone", async () => {
    await using served = await serveModel([says("Hello.")]);
    const nodes = [served.config, thread({ wires: [["out"]] }), inbox("out")];
    await using flow = await runFlow(nodes, { credentials: served.credentials });
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
});
