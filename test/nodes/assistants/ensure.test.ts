import assert from "node:assert/strict";
import { caughtError } from "../caught-error.ts";
import { node, useCreateAssistantNode } from "./create-assistant-node.ts";

describe("the create assistant node", () => {
  const { running, within, pass, writes, all } = useCreateAssistantNode();

  describe("ensure", () => {
    it("makes the assistant that the form describes and hands it on", () =>
      within([node({ assistantName: "Bot", model: "m-1", instructions: "Be brief." })], async () => {
        const { assistant } = await pass();
        const [made] = await all();
        assert.deepEqual(assistant, made);
        assert.deepEqual(
          [made?.name, made?.model, made?.instructions, made?.tools],
          ["Bot", "m-1", "Be brief.", []],
        );
      }));

    it("passes the other properties on, req being the same object", () =>
      within([node()], async () => {
        const req = { headers: {} };
        const msg = await pass({ _msgid: "1", payload: "Hi", topic: "t", req });
        assert.deepEqual([msg._msgid, msg.payload, msg.topic], ["1", "Hi", "t"]);
        assert.equal(msg["req"], req);
      }));

    it("makes one for two messages at once", () =>
      within([node()], async () => {
        running.flow.send("create", {});
        running.flow.send("create", {});
        await running.flow.inbox("out").take(2);
        assert.deepEqual(writes(), ["createAssistant"]);
      }));

    it("writes nothing where nothing has changed", () =>
      within([node()], async () => {
        const first = await pass();
        const second = await pass();
        assert.deepEqual(second["assistant"], first["assistant"]);
        assert.deepEqual(writes(), ["createAssistant"]);
      }));

    it("updates it when a template comes to another text", () =>
      within(
        [
          node({
            instructions: "Speak {{env.TONGUE}} of {{flow.subject}} & <{{global.place}}>{{payload}}.",
          }),
        ],
        async () => {
          const context = running.flow.node("create").context();
          context.flow.set("subject", "'cats'");
          context.global.set("place", "{{flow.subject}}");
          await pass({ payload: "not this" });
          const [before] = await all();
          assert.equal(before?.instructions, "Speak Latin of 'cats' & <{{flow.subject}}>.");
          context.flow.set("subject", "dogs");
          const { assistant } = await pass();
          const [after] = await all();
          assert.deepEqual(after, assistant);
          assert.equal(after?.instructions, "Speak Latin of dogs & <{{flow.subject}}>.");
          assert.deepEqual(writes(), ["createAssistant", "updateAssistant"]);
        },
        { env: [{ name: "TONGUE", value: "Latin", type: "str" }] },
      ));

    it("finds it again when the flow starts anew", async () => {
      await within([node()], async () => void (await pass()));
      await within([node()], async () => void (await pass()));
      assert.deepEqual(writes(), ["createAssistant"]);
    });

    it("updates it when the flow starts anew with another text", async () => {
      await within([node()], async () => void (await pass()));
      await within([node({ instructions: "Changed." })], async () => void (await pass()));
      assert.deepEqual(writes(), ["createAssistant", "updateAssistant"]);
      assert.deepEqual(
        (await all()).map(({ instructions }) => instructions),
        ["Changed."],
      );
    });

    it("finds it among more assistants than one page holds", async () => {
      await within([node()], async () => void (await pass()));
      for (let count = 0; count < 101; count += 1) await running.served.api.createAssistant({ model: "m" });
      await within([node()], async () => void (await pass()));
      assert.deepEqual(writes(), ["createAssistant"]);
    });

    it("makes one for each node", () =>
      within([node(), node({ id: "another" })], async () => {
        await pass();
        running.flow.send("another", {});
        await running.flow.inbox("out").next();
        assert.equal((await all()).length, 2);
      }));

    it("makes one for each environment", async () => {
      for (const environment of ["", "production", "development", "production"]) {
        running.served.config["environment"] = environment;
        await within([node()], async () => void (await pass()));
      }
      assert.deepEqual(writes(), ["createAssistant", "createAssistant", "createAssistant"]);
    });

    it("makes it anew when it was deleted", () =>
      within([node()], async () => {
        await pass();
        const [made] = await all();
        await running.served.api.deleteAssistant({ assistant_id: made?.id ?? "" });
        const { assistant } = await pass();
        assert.deepEqual(await all(), [assistant]);
      }));

    it("sends a broken template to Catch and makes nothing", () =>
      within([node({ instructions: "{{#open}} never closed" })], async () => {
        running.flow.send("create", {});
        assert.equal((await caughtError(running.flow)).code, "template_invalid");
        assert.deepEqual(running.served.calls, []);
      }));
  });
});
