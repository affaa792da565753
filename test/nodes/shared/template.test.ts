import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import { renderTemplate } from "../../../nodes/shared/template.ts";
import { inbox } from "../node-fields.ts";
import { type RunningFlow, runFlow } from "../running-flow.ts";

describe("a template", () => {
  let flow: RunningFlow;

  before(async () => {
    const env = [{ name: "PLACE", value: "Köln", type: "str" }];
    flow = await runFlow([inbox("node")], { tab: { env } });
    const context = flow.node("node").context();
    context.flow.set("name", "flow's");
    context.flow.set("deep", { list: [{ n: 1 }, { n: 2 }], zero: 0 });
    context.global.set("name", "global's");
    context.global.set("braces", "{{payload}}");
  });
  after(() => flow[Symbol.asyncDispose]());

  const render = (template: string, msg: NodeMessage = {}) =>
    renderTemplate(flow.RED, flow.node("node"), template, msg);

  const cases: [string, string, NodeMessage, string][] = [
    ["is a text without braces as it is", "& <b> {x}", {}, "& <b> {x}"],
    ["fills in the message", "{{payload}} {{a.b}}", { payload: "Hi", a: { b: 2 } }, "Hi 2"],
    [
      "fills in flow, global and env",
      "{{flow.name}} {{global.name}} {{env.PLACE}}",
      {},
      "flow's global's Köln",
    ],
    ["fills in what is deeper in a context", "{{flow.deep.zero}} {{flow.deep.list[1].n}}", {}, "0 2"],
    ["names the context store", "{{flow[memory].name}}", {}, "flow's"],
    ["leaves out what is nowhere", "<{{nothing}}{{flow.no.thing}}{{global.nothing}}>", {}, "<>"],
    [
      "does not escape HTML",
      "{{payload}} {{{payload}}} {{&payload}}",
      { payload: `<"&'>` },
      `<"&'> <"&'> <"&'>`,
    ],
    [
      "renders no value again",
      "{{payload}} {{global.braces}}",
      { payload: "{{topic}}", topic: "no" },
      "{{topic}} {{payload}}",
    ],
    ["goes through lists", "{{#flow.deep.list}}[{{n}}]{{/flow.deep.list}}", {}, "[1][2]"],
    [
      "finds contexts within a section",
      "{{#on}}{{flow.name}}{{/on}}{{^on}}no{{/on}}",
      { on: true },
      "flow's",
    ],
    ["shows an object as JSON", "{{payload}} {{payload.a}}", { payload: { a: [1] } }, '{"a":[1]} [1]'],
    [
      "takes a message's own flow property for the flow",
      "{{flow.name}}",
      { flow: { name: "msg's" } },
      "flow's",
    ],
  ];
  for (const [title, template, msg, expected] of cases) {
    it(title, async () => assert.equal(await render(template, msg), expected));
  }

  it("leaves the message as it was", async () => {
    const msg = { payload: { a: { b: 1 } } };
    await render("{{payload}} {{payload.a}} {{#payload}}{{a.b}}{{/payload}}", msg);
    assert.deepEqual(msg, { payload: { a: { b: 1 } } });
  });

  for (const template of ["{{#open}}", "{{open", "{{/closed}}", "{{#a}}{{/b}}", "{{flow.a b}}"]) {
    it(`that is broken is refused: ${template}`, async () => {
      await assert.rejects(render(template), { code: "template_invalid" });
    });
  }
});
