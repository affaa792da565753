import assert from "node:assert/strict";
import catalog from "../../nodes/locales/en-US/tool-call.json" with { type: "json" };
import { firstLineage } from "../../nodes/questions/lineage.ts";
import { forgetOpenCall, type OpenCall, registerOpenCall } from "../../nodes/questions/open-calls.ts";
import { complete, type FlowNode, functionNode, inbox, toolCall } from "./node-fields.ts";
import { type RunningFlow, runFlow } from "./running-flow.ts";

const nodes = [
  toolCall("tool", "getWeather", { wires: [["own"], ["others"]] }),
  inbox("own"),
  inbox("others"),
];

/** The texts behind the keys that the runtime of these tests shows. */
const said = (flow: RunningFlow, id: string) =>
  flow
    .logged()
    .all.filter((event) => event.id === id)
    .map(({ msg }) => String(msg).split(":runtime.").at(-1));

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

  for (const parameters of ["[]", '{"type":"object","properties":{"a":{"pattern":"("}}}']) {
    it(`says when the flow starts that its parameters are no JSON Schema of an object: ${parameters}`, async () => {
      await using flow = await runFlow([toolCall("broken", "getWeather", { parameters })]);
      assert.deepEqual(said(flow, "broken"), ["error.function_parameters_invalid"]);
    });
  }

  for (const timeout of ["0", "604801", "soon"]) {
    it(`says when the flow starts that its time limit is none: ${timeout}`, async () => {
      await using flow = await runFlow([toolCall("tool", "getWeather", { timeout })]);
      assert.deepEqual(said(flow, "tool"), ["tool-call.error.timeout"]);
      assert.ok(catalog["tool-call"].error.timeout);
    });
  }
});

const CALL = { id: "call_1", run_id: "run_1", node: "run", round: 1 };
const city =
  '{"type":"object","properties":{"city":{"type":"string"},"unit":{"default":"c"}},"required":["city"]}';
const weather = (fields: object = {}) =>
  toolCall("tool", "getWeather", { parameters: city, wires: [["own"], []], ...fields });
const call = (payload: unknown, name = "getWeather") => ({ payload, toolCall: { ...CALL, function: name } });

describe("the arguments of a call", () => {
  it("that fit get the defaults of the schema", async () => {
    await using flow = await runFlow([weather(), inbox("own")]);
    flow.send("tool", call({ city: "Köln" }));
    const { payload } = await flow.inbox("own").next();
    assert.deepEqual(payload, { city: "Köln", unit: "c" });
  });

  it("keep the order in which the calls came", async () => {
    await using flow = await runFlow([weather(), inbox("own")]);
    for (const name of ["a", "b", "c"]) flow.send("tool", call({ city: name, unit: "f" }));
    for (const name of ["a", "b", "c"]) {
      const { payload } = await flow.inbox("own").next();
      assert.deepEqual(payload, { city: name, unit: "f" });
    }
  });

  for (const [title, payload, fields] of [
    ["that do not fit", {}, {}],
    ["that are no JSON", "{city: ", {}],
    ["for parameters of no use", { city: "Köln" }, { parameters: "{" }],
  ] as const) {
    it(`${title} stop the call: it is sent nowhere, and there is one warning`, async () => {
      const own = weather({ ...fields, wires: [["own"], ["own"]] });
      await using flow = await runFlow([own, complete("tool"), inbox("own"), inbox("completed")]);
      flow.send("tool", call(payload));
      await flow.inbox("completed").next();
      assert.deepEqual(flow.inbox("own").arrived, []);
      assert.deepEqual(
        flow.logged().warnings.map(({ msg }) => msg),
        ["tool-call.warning.refused"],
      );
      assert.ok(catalog["tool-call"].warning.refused);
    });
  }
});

/** What is said about an open call in a flow, until the node "tool", or another, is done with it. */
async function told(
  flowNodes: FlowNode[],
  { payload, name = "getWeather", last = "tool" }: { payload: unknown; name?: string; last?: string },
): Promise<unknown[][]> {
  const heard: unknown[][] = [];
  const open: OpenCall = {
    lineage: firstLineage(1),
    settled: new AbortController().signal,
    taken: (seconds) => void heard.push(["taken", seconds]),
    left: () => void heard.push(["left"]),
    missed: () => void heard.push(["missed"]),
    refuse: (reason) => void heard.push(["refuse", reason]),
  };
  registerOpenCall(CALL.run_id, CALL.id, open);
  try {
    await using flow = await runFlow([...flowNodes, complete(last), inbox("completed")]);
    flow.send("tool", call(payload, name));
    await flow.inbox("completed").next();
  } finally {
    forgetOpenCall(CALL.run_id, CALL.id);
  }
  return heard;
}

describe("an open call", () => {
  for (const [timeout, seconds] of [
    ["", null],
    ["3600", 3600],
    [90, 90],
    [undefined, null],
    ["soon", null],
  ] as const) {
    it(`is taken for as long as the time limit says: ${JSON.stringify(timeout)}`, async () => {
      assert.deepEqual(await told([weather({ timeout }), inbox("own")], { payload: { city: "Köln" } }), [
        ["taken", seconds],
      ]);
    });
  }

  for (const [title, payload, fields, sentence] of [
    ["do not fit", {}, {}, 'The arguments of getWeather do not fit: the object must have "city".'],
    [
      "meet parameters of no use",
      {},
      { parameters: "{" },
      "The function getWeather cannot be called here: its parameters are not declared correctly.",
    ],
  ] as const) {
    it(`is refused when its arguments ${title}`, async () => {
      const heard = await told([weather(fields), inbox("own")], { payload });
      assert.deepEqual(heard.at(-1), ["refuse", sentence]);
    });
  }

  const next = toolCall("next", "getTime", { wires: [[], ["others"]] });
  const place = { x: 0, y: 0 };
  const passed: [string, FlowNode[], unknown[][]][] = [
    [
      "is missed where the second port is not wired",
      [weather({ wires: [["own"]] }), inbox("own")],
      [["missed"]],
    ],
    ["is missed where the wire leads to nothing", [weather({ wires: [[], ["gone"]] })], [["missed"]]],
    [
      "has left where other nodes follow",
      [weather({ wires: [[], ["others"]] }), inbox("others")],
      [["left"]],
    ],
    [
      "has left where other nodes and a tool call node follow",
      [weather({ wires: [[], ["next", "others"]] }), { ...next, wires: [] }, inbox("others")],
      // The latter is said by the next tool call node.
      [["left"], ["missed"]],
    ],
    [
      "is the next tool call node's matter where only that follows",
      [weather({ wires: [[], ["next"]] }), next, inbox("others")],
      [["left"]],
    ],
  ];
  for (const [title, flowNodes, expected] of passed) {
    const last = flowNodes.some(({ id }) => id === "next") ? "next" : "tool";
    it(`of another function ${title}`, async () => {
      assert.deepEqual(await told(flowNodes, { payload: {}, name: "getRiver", last }), expected);
    });
  }

  describe("of another function inside a subflow", () => {
    const copies = (inner: FlowNode[], from: { id: string; port: number }): FlowNode[] => [
      weather({ wires: [[], ["copy"]] }),
      {
        id: "subflow",
        type: "subflow",
        name: "",
        in: [{ ...place, wires: [{ id: "inner" }] }],
        out: [{ ...place, wires: [from] }],
      },
      ...inner.map((own) => ({ ...own, z: "subflow" })),
      { id: "copy", type: "subflow:subflow", z: "tab", ...place, name: "", wires: [["last"]] },
      toolCall("last", "getTime", { wires: [] }),
    ];
    const about = { payload: {}, name: "getRiver", last: "last" };

    it("has left where other nodes follow", async () => {
      const inner = [
        toolCall("inner", "getTime", { wires: [[], ["deep"]] }),
        functionNode("deep", "return msg;", { wires: [[]] }),
      ];
      const heard = await told(copies(inner, { id: "deep", port: 0 }), about);
      assert.deepEqual(heard, [["left"], ["left"], ["missed"]]);
    });

    it("is the matter of the tool call node that follows beyond the subflow's output", async () => {
      const inner = [toolCall("inner", "getTime", { wires: [[], []] })];
      const heard = await told(copies(inner, { id: "inner", port: 1 }), about);
      assert.deepEqual(heard, [["left"], ["missed"]]);
    });
  });
});
