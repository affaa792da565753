import assert from "node:assert/strict";
import type { FunctionTool } from "../../src/contract/objects.ts";
import { calls, type Script, says } from "../scripted-model.ts";
import { inbox, run } from "./node-fields.ts";
import { runFlow } from "./running-flow.ts";
import { serveModel } from "./served-model.ts";

const tool = (name: string): FunctionTool => ({ type: "function", function: { name } });

/** An assistant calls its one function, then says what it was told. */
const callsItsFunction: Script = (request, signal) => {
  const last = request.items.at(-1);
  const script =
    last?.type === "tool_output"
      ? says(`${request.instructions} was told ${last.output}`)
      : calls({ name: request.functions[0]?.name ?? "" });
  return script(request, signal);
};

describe("an assistant as another assistant's tool", () => {
  it("gets the outer call as its question, and hands it back untouched", async () => {
    await using served = await serveModel([callsItsFunction]);
    const make = (instructions: string, name: string) =>
      served.api.createAssistant({ model: "m", instructions, tools: [tool(name)] });
    const [chief, expert] = [await make("Chief", "askExpert"), await make("Expert", "measure")];
    const nodes = [
      served.config,
      run({
        id: "chief",
        assistant: chief.id,
        assistantType: "str",
        wires: [["answers"], ["expert", "outer"]],
      }),
      run({
        id: "expert",
        assistant: expert.id,
        assistantType: "str",
        wires: [["chief", "returned"], ["inner"]],
      }),
      ...["answers", "outer", "inner", "returned"].map(inbox),
    ];
    await using flow = await runFlow(nodes, { credentials: served.credentials });
    flow.send("chief", { _msgid: "question", payload: "How warm?" });

    const inner = await flow.inbox("inner").next();
    const outer = await flow.inbox("outer").next();
    const innerCall = inner["toolCall"];
    assert.ok(typeof innerCall === "object" && innerCall !== null && "parent" in innerCall);
    assert.deepEqual({ ...innerCall, parent: innerCall.parent }.parent, outer["toolCall"]);
    assert.equal({ node: "", ...innerCall }.node, "expert");

    flow.send("expert", { ...inner, payload: "84f" });
    const returned = await flow.inbox("returned").next();
    assert.deepEqual(returned["toolCall"], outer["toolCall"]);
    assert.deepEqual([returned._msgid, returned.payload], [outer._msgid, "Expert was told 84f"]);

    const answer = await flow.inbox("answers").next();
    assert.deepEqual([answer._msgid, answer.payload], ["question", "Chief was told Expert was told 84f"]);
    assert.ok(!("toolCall" in answer));
  });
});
