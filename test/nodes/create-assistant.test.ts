import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import type { Assistant } from "../../src/contract/objects.ts";
import { says } from "../scripted-model.ts";
import { caughtError } from "./caught-error.ts";
import { catchAll, createAssistant, type FlowNode, inbox, toolCall } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";
import { type Served, serveModel } from "./served-model.ts";

const ends = [inbox("out"), inbox("caught"), catchAll()];
const node = (fields: object = {}) => createAssistant({ wires: [["out"]], ...fields });
const WRITES = ["createAssistant", "updateAssistant", "deleteAssistant"];

describe("the create assistant node", () => {
  let served: Served;
  let flow: RunningFlow;

  beforeEach(async () => {
    served = await serveModel([says("Hello.")]);
  });
  afterEach(() => served[Symbol.asyncDispose]());

  /** Runs the flow for as long as a test's part takes. */
  async function within(nodes: FlowNode[], part: () => Promise<void>, tab: object = {}): Promise<void> {
    await using running = await runFlow([served.config, ...nodes, ...ends], {
      credentials: served.credentials,
      tab,
    });
    flow = running;
    await part();
  }

  async function pass(msg: NodeMessage = {}): Promise<NodeMessage> {
    flow.send("create", msg);
    return flow.inbox("out").next();
  }

  const writes = () => served.calls.filter((name) => WRITES.includes(name));
  const all = async (): Promise<Assistant[]> => (await served.api.listAssistants({})).data;

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
        flow.send("create", {});
        flow.send("create", {});
        await flow.inbox("out").take(2);
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
        [node({ instructions: "Speak {{env.TONGUE}} of {{flow.subject}} & <{{global.place}}>{{payload}}." })],
        async () => {
          const context = flow.node("create").context();
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
      for (let count = 0; count < 101; count += 1) await served.api.createAssistant({ model: "m" });
      await within([node()], async () => void (await pass()));
      assert.deepEqual(writes(), ["createAssistant"]);
    });

    it("makes one for each node", () =>
      within([node(), node({ id: "another" })], async () => {
        await pass();
        flow.send("another", {});
        await flow.inbox("out").next();
        assert.equal((await all()).length, 2);
      }));

    it("makes one for each environment", async () => {
      for (const environment of ["", "production", "development", "production"]) {
        served.config["environment"] = environment;
        await within([node()], async () => void (await pass()));
      }
      assert.deepEqual(writes(), ["createAssistant", "createAssistant", "createAssistant"]);
    });

    it("makes it anew when it was deleted", () =>
      within([node()], async () => {
        await pass();
        const [made] = await all();
        await served.api.deleteAssistant({ assistant_id: made?.id ?? "" });
        const { assistant } = await pass();
        assert.deepEqual(await all(), [assistant]);
      }));

    it("sends a broken template to Catch and makes nothing", () =>
      within([node({ instructions: "{{#open}} never closed" })], async () => {
        flow.send("create", {});
        assert.equal((await caughtError(flow)).code, "template_invalid");
        assert.deepEqual(served.calls, []);
      }));
  });

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
          flow.send("copy", {});
          await flow.inbox("out").next();
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
          flow.send("create", { _msgid: "asked" });
          assert.equal((await caughtError(flow)).code, code);
          assert.deepEqual(served.calls, []);
        }));
    }
  });

  describe("delete", () => {
    for (const by of ["object", "id"]) {
      it(`deletes the assistant given as ${by}`, () =>
        within([node({ operation: "delete" })], async () => {
          const made = await served.api.createAssistant({ model: "m" });
          const { assistant } = await pass({ assistant: by === "id" ? made.id : made });
          assert.deepEqual(assistant, { id: made.id, object: "assistant.deleted", deleted: true });
          assert.deepEqual(await all(), []);
        }));
    }

    it("sends a message without an assistant to Catch", () =>
      within([node({ operation: "delete" })], async () => {
        flow.send("create", {});
        assert.equal((await caughtError(flow)).code, "assistant_missing");
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

  describe("modify", () => {
    const full = { model: "m", name: "Old", instructions: "Be brief.", temperature: 0 };
    const empty = { operation: "modify", model: "", assistantName: "", instructions: "" };

    it("changes what the form says, filled in from the message, and nothing else", () =>
      within([node({ ...empty, assistantName: "{{payload}}" })], async () => {
        const made = await served.api.createAssistant(full);
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
        const made = await served.api.createAssistant(full);
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
        const made = await served.api.createAssistant({ ...full, tools });
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
        flow.send("create", {});
        assert.equal((await caughtError(flow)).code, "assistant_missing");
      }));
  });

  it("retrieves an assistant as it stands now", () =>
    within([node({ operation: "retrieve" })], async () => {
      const made = await served.api.createAssistant({ model: "m" });
      const changed = await served.api.updateAssistant({ assistant_id: made.id, name: "New" });
      assert.deepEqual((await pass({ assistant: made }))["assistant"], changed);
      flow.send("create", {});
      assert.equal((await caughtError(flow)).code, "assistant_missing");
    }));

  it("lists assistants, the newest first, and leaves the message's assistant alone", () =>
    within([node({ operation: "list", limit: "2" })], async () => {
      for (const model of ["a", "b", "c"]) await served.api.createAssistant({ model });
      const { payload, assistant } = await pass({ assistant: "mine" });
      assert.deepEqual([payload, assistant], [(await all()).slice(0, 2), "mine"]);
    }));

  it("shows that it works, and nothing when it is done", () =>
    within([node()], async () => {
      const statuses = flow.statuses("create");
      await pass();
      assert.deepEqual([statuses[0]?.fill, statuses.at(-1)], ["blue", {}]);
    }));

  it("shows that it failed", () =>
    within([node({ operation: "delete" })], async () => {
      const statuses = flow.statuses("create");
      flow.send("create", {});
      await caughtError(flow);
      assert.deepEqual([statuses.at(-1)?.fill, statuses.at(-1)?.shape], ["red", "ring"]);
    }));
});
