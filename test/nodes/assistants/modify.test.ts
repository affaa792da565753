import assert from "node:assert/strict";
import type { Assistant } from "../../../src/contract/objects.ts";
import { caughtError } from "../caught-error.ts";
import { toolCall } from "../node-fields.ts";
import { node, useCreateAssistantNode } from "./create-assistant-node.ts";

describe("the create assistant node", () => {
  const { running, within, pass, all } = useCreateAssistantNode();

  describe("modify", () => {
    const full = { model: "m", name: "Old", instructions: "Be brief.", temperature: 0 };
    const empty = { operation: "modify", model: "", assistantName: "", instructions: "" };

    it("changes what the form says, filled in from the message, and nothing else", () =>
      within([node({ ...empty, assistantName: "{{payload}}" })], async () => {
        const made = await running.served.api.createAssistant(full);
        const { assistant } = await pass({ assistant: made, payload: "New" });
        assert.deepEqual(assistant, { ...made, name: "New" });
        assert.deepEqual(await all(), [assistant]);
      }));

    it("replaces model, instructions and functions where the form names them", () => {
      const fields = {
        ...empty,
        model: "n",
        instructions: "Be long.",
        functions: ["w"],
        modifyTools: "replace",
      };
      return within([node(fields), toolCall("w", "getWeather")], async () => {
        const made = await running.served.api.createAssistant(full);
        await pass({ assistant: made.id });
        const [changed] = await all();
        const tools = changed?.tools.map((tool) =>
          tool.type === "function" ? tool.function.name : tool.type,
        );
        assert.deepEqual(
          [changed?.name, changed?.model, changed?.instructions, tools],
          ["Old", "n", "Be long.", ["getWeather"]],
        );
      });
    });

    const tools = [
      { type: "code_interpreter" as const },
      { type: "function" as const, function: { name: "old" } },
    ];
    const toolsAfter = async (fields: object) => {
      let after: Assistant | undefined;
      await within([node({ ...empty, ...fields }), toolCall("w", "getWeather")], async () => {
        const made = await running.served.api.createAssistant({ ...full, tools });
        await pass({ assistant: made.id });
        [after] = await all();
      });
      return after?.tools.map((tool) => (tool.type === "function" ? tool.function.name : tool.type));
    };

    it("leaves the tools alone where they are to stay, whatever is ticked", async () => {
      const ticked = { modifyTools: "keep", functions: ["w"], fileSearch: true, vectorStoreType: "msg" };
      assert.deepEqual(await toolsAfter(ticked), ["code_interpreter", "old"]);
    });

    it("takes all tools away where they are replaced by nothing", async () => {
      assert.deepEqual(await toolsAfter({ modifyTools: "replace" }), []);
    });

    it("replaces them, for a node that is older than the choice, where something is ticked", async () => {
      assert.deepEqual(await toolsAfter({ modifyTools: undefined }), ["code_interpreter", "old"]);
      assert.deepEqual(await toolsAfter({ modifyTools: undefined, functions: ["w"] }), ["getWeather"]);
    });

    it("sends a message without an assistant to Catch", () =>
      within([node(empty)], async () => {
        running.flow.send("create", {});
        assert.equal((await caughtError(running.flow)).code, "assistant_missing");
      }));
  });
});
