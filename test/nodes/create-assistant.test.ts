import assert from "node:assert/strict";
import { node, useCreateAssistantNode } from "./assistants/create-assistant-node.ts";
import { caughtError } from "./caught-error.ts";

describe("the create assistant node", () => {
  const { running, within, pass, all } = useCreateAssistantNode();

  describe("delete", () => {
    for (const by of ["object", "id"]) {
      it(`deletes the assistant given as ${by}`, () =>
        within([node({ operation: "delete" })], async () => {
          const made = await running.served.api.createAssistant({ model: "m" });
          const { assistant } = await pass({ assistant: by === "id" ? made.id : made });
          assert.deepEqual(assistant, { id: made.id, object: "assistant.deleted", deleted: true });
          assert.deepEqual(await all(), []);
        }));
    }

    it("sends a message without an assistant to Catch", () =>
      within([node({ operation: "delete" })], async () => {
        running.flow.send("create", {});
        assert.equal((await caughtError(running.flow)).code, "assistant_missing");
      }));
  });

  it("makes a new assistant for every message, its texts filled in from the message", () => {
    const fields = { operation: "create", assistantName: "{{payload}}", instructions: "Help {{topic}}." };
    return within([node(fields)], async () => {
      const made = [await pass({ payload: "A", topic: "a" }), await pass({ payload: "B", topic: "{{b}}" })];
      assert.deepEqual(
        made.map(({ assistant }) => assistant),
        (await all()).toReversed(),
      );
      assert.deepEqual(
        (await all()).map(({ name, instructions }) => [name, instructions]),
        [
          ["B", "Help {{b}}."],
          ["A", "Help a."],
        ],
      );
    });
  });

  it("retrieves an assistant as it stands now", () =>
    within([node({ operation: "retrieve" })], async () => {
      const made = await running.served.api.createAssistant({ model: "m" });
      const changed = await running.served.api.updateAssistant({ assistant_id: made.id, name: "New" });
      assert.deepEqual((await pass({ assistant: made }))["assistant"], changed);
      running.flow.send("create", {});
      assert.equal((await caughtError(running.flow)).code, "assistant_missing");
    }));

  it("lists assistants, the newest first, and leaves the message's assistant alone", () =>
    within([node({ operation: "list", limit: "2" })], async () => {
      for (const model of ["a", "b", "c"]) await running.served.api.createAssistant({ model });
      const { payload, assistant } = await pass({ assistant: "mine" });
      assert.deepEqual([payload, assistant], [(await all()).slice(0, 2), "mine"]);
    }));

  it("shows that it works, and nothing when it is done", () =>
    within([node()], async () => {
      const statuses = running.flow.statuses("create");
      await pass();
      assert.deepEqual([statuses[0]?.fill, statuses.at(-1)], ["blue", {}]);
    }));

  it("shows that it failed", () =>
    within([node({ operation: "delete" })], async () => {
      const statuses = running.flow.statuses("create");
      running.flow.send("create", {});
      await caughtError(running.flow);
      assert.deepEqual([statuses.at(-1)?.fill, statuses.at(-1)?.shape], ["red", "ring"]);
    }));
});
