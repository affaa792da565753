import assert from "node:assert/strict";
import { inbox, toolCall } from "./node-fields.ts";
import { runFlow } from "./running-flow.ts";

const nodes = [
  toolCall("tool", "getWeather", { wires: [["own"], ["others"]] }),
  inbox("own"),
  inbox("others"),
];

describe("the tool call node", () => {
  for (const [title, toolCallOf, port] of [
    ["a call of its function leave by the first port", { function: "getWeather", id: "call_1" }, "own"],
    ["a call of another function leave by the second port", { function: "getTime", id: "call_1" }, "others"],
    ["what is no call leave by the second port", undefined, "others"],
  ] as const) {
    it(`lets ${title}, untouched`, async () => {
      await using flow = await runFlow(nodes);
      const req = { headers: {} };
      const msg = { _msgid: "1", payload: { city: "Köln" }, toolCall: toolCallOf };
      flow.send("tool", { ...structuredClone(msg), req });
      const arrived = await flow.inbox(port).next();
      assert.deepEqual(arrived, { ...msg, req });
      assert.equal(arrived["req"], req);
      assert.equal(flow.inbox("own").arrived.length + flow.inbox("others").arrived.length, 1);
    });
  }

  it("says when the flow starts that its parameters are no JSON Schema object", async () => {
    await using flow = await runFlow([toolCall("broken", "getWeather", { parameters: "[]" })]);
    const said = flow.logged().all.filter(({ id }) => id === "broken");
    assert.deepEqual(
      said.map(({ msg }) => String(msg).split(":runtime.").at(-1)),
      ["error.function_parameters_invalid"],
    );
  });
});
