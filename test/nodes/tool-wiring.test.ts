import assert from "node:assert/strict";
import { config, createAssistant, functionNode, inbox, run, toolCall } from "./node-fields.ts";
import { runFlow } from "./running-flow.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const city = '{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}';

/** Three tools as a flow author draws them: each a tool call node and a Function node wired back to the run node. */
function drawn(toolPort: string[], unclaimed: Record<string, string[]>) {
  const tool = (id: string, name: string, parameters?: string) =>
    toolCall(id, name, {
      ...(parameters === undefined ? {} : { parameters }),
      wires: [[`do ${id}`], unclaimed[id] ?? []],
    });
  return [
    createAssistant({ functions: ["home", "river", "mayor"], wires: [["run"]] }),
    run({ wires: [["answers"], toolPort] }),
    tool("home", "getHomeTown"),
    tool("river", "getRiver", city),
    tool("mayor", "getMayor", city),
    functionNode("do home", 'msg.payload = "Köln"; return msg;', { wires: [["run"]] }),
    functionNode("do river", 'return { payload: "Rhein at " + msg.payload.city };', { wires: [["run"]] }),
    functionNode("do mayor", "msg.payload = { of: msg.payload.city }; return msg;", { wires: [["run"]] }),
    inbox("answers"),
  ];
}

const drawings: [string, string[], Record<string, string[]>][] = [
  ["side by side", ["home", "river", "mayor"], {}],
  ["in a chain", ["home"], { home: ["river"], river: ["mayor"] }],
  ["side by side and in a chain", ["home", "river"], { river: ["mayor"] }],
];

describe("tool call nodes and Function nodes wired back to the run node", () => {
  for (const [title, toolPort, unclaimed] of drawings) {
    it(`answer every call once when drawn ${title}`, async () => {
      await using directory = await temporaryDirectory();
      const nodes = [config({ dataDirectory: directory.path }), ...drawn(toolPort, unclaimed)];
      await using flow = await runFlow(nodes);
      flow.send("create", { payload: "Which river and which mayor has my home town?" });
      const { payload, toolOutputs } = await flow.inbox("answers").next();
      // What a Function makes has the prototypes of its sandbox.
      assert.deepEqual(JSON.parse(JSON.stringify(toolOutputs)), {
        getHomeTown: ["Köln"],
        getRiver: ["Rhein at Köln"],
        getMayor: [{ of: "Köln" }],
      });
      assert.match(String(payload), /Rhein at Köln/);
    });
  }
});
