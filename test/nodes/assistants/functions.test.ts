import assert from "node:assert/strict";
import { caughtError } from "../caught-error.ts";
import { type FlowNode, toolCall } from "../node-fields.ts";
import { node, useCreateAssistantNode } from "./create-assistant-node.ts";

describe("the create assistant node", () => {
  const { running, within, pass, writes, all } = useCreateAssistantNode();

  describe("functions", () => {
    const parameters = '{"type":"object","properties":{"city":{"type":"string"}}}';
    const weather = toolCall("w", "getWeather", { description: "The weather.", parameters });
    const declared = {
      type: "function",
      function: { name: "getWeather", description: "The weather.", parameters: JSON.parse(parameters) },
    };

    it("come from the chosen tool call nodes, in their order", () =>
      within([node({ functions: ["t", "w"] }), weather, toolCall("t", "getTime")], async () => {
        await pass();
        const [made] = await all();
        assert.deepEqual(
          made?.tools.map((tool) => tool.type === "function" && tool.function.name),
          ["getTime", "getWeather"],
        );
        assert.deepEqual(made?.tools[1], declared);
      }));

    it("are one where Node-RED hands on a list of one as its element", () =>
      within([node({ functions: "w" }), weather], async () => {
        await pass();
        assert.deepEqual((await all())[0]?.tools, [declared]);
      }));

    for (const functions of [["w"], ["w", "t"]]) {
      it(`inside a subflow are those of its own copy: ${functions.length} of them`, () => {
        const place = { x: 0, y: 0 };
        const inside = (own: FlowNode) => ({ ...own, z: "subflow" });
        const nodes: FlowNode[] = [
          {
            id: "subflow",
            type: "subflow",
            name: "",
            in: [{ ...place, wires: [{ id: "create" }] }],
            out: [{ ...place, wires: [{ id: "create", port: 0 }] }],
          },
          inside(node({ functions, wires: [[]] })),
          inside(weather),
          inside(toolCall("t", "getTime")),
          { id: "copy", type: "subflow:subflow", z: "tab", ...place, name: "", wires: [["out"]] },
        ];
        return within(nodes, async () => {
          running.flow.send("copy", {});
          await running.flow.inbox("out").next();
          assert.equal((await all())[0]?.tools.length, functions.length);
          assert.deepEqual((await all())[0]?.tools[0], declared);
        });
      });
    }

    it("update the assistant when one has changed", async () => {
      await within([node({ functions: ["w"] }), weather], async () => void (await pass()));
      const changed = { ...weather, description: "The weather now." };
      await within([node({ functions: ["w"] }), changed], async () => void (await pass()));
      assert.deepEqual(writes(), ["createAssistant", "updateAssistant"]);
    });

    it("stand beside the code interpreter where that is ticked", () =>
      within([node({ functions: ["w"], codeInterpreter: true }), weather], async () => {
        await pass();
        assert.deepEqual((await all())[0]?.tools, [declared, { type: "code_interpreter" }]);
      }));

    it("are as they were for a node that is older than the code interpreter and the file search", async () => {
      const older = node({ functions: ["w"], codeInterpreter: undefined, fileSearch: undefined });
      await within([older, weather], async () => void (await pass()));
      const newer = node({ functions: ["w"], codeInterpreter: false, fileSearch: false });
      await within([newer, weather], async () => void (await pass()));
      assert.deepEqual(writes(), ["createAssistant"]);
    });

    const wrong: [string, FlowNode[], string][] = [
      ["whose node is gone", [node({ functions: ["gone"] })], "function_missing"],
      ["whose node is another kind of node", [node({ functions: ["out"] })], "function_missing"],
      [
        "of the same name",
        [node({ functions: ["w", "v"] }), weather, toolCall("v", "getWeather")],
        "function_twice",
      ],
      [
        "with parameters that are no JSON",
        [node({ functions: ["b"] }), toolCall("b", "broken", { parameters: "{type}" })],
        "function_parameters_invalid",
      ],
    ];
    for (const [title, nodes, code] of wrong) {
      it(`${title} send the message to Catch and make nothing: ${code}`, () =>
        within(nodes, async () => {
          running.flow.send("create", { _msgid: "asked" });
          assert.equal((await caughtError(running.flow)).code, code);
          assert.deepEqual(running.served.calls, []);
        }));
    }
  });
});
