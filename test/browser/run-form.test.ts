import assert from "node:assert/strict";
import { assertTranslated } from "./editor-page.ts";
import { useEditor } from "./use-editor.ts";

describe("the editor", () => {
  const editor = useEditor();

  it("the run node's question can be a property or a text, each type named", async () => {
    await editor.openForm(await editor.drag("assistants-run"));
    const offered = await editor.typesOf("question");
    assert.equal(offered.length, 4);
    assertTranslated(offered.filter((label) => !["msg.", "flow.", "global."].includes(label)));
  });

  it("the run node loses its second port, and the wire on it, when it only cancels", async () => {
    const run = await editor.drag("assistants-run", 200);
    const toolCall = await editor.drag("assistants-tool-call", 400);
    await editor.page.evaluate(
      `RED.nodes.addLink({ source: RED.nodes.node("${run}"), sourcePort: 1, target: RED.nodes.node("${toolCall}") })`,
    );
    assert.deepEqual((await editor.exported(run))["wires"], [[], [toolCall]]);
    await editor.openForm(run);
    await editor.page.selectOption("#node-input-operation", "cancel");
    await editor.closeForm();
    assert.deepEqual((await editor.exported(run))["wires"], [[]]);
  });

  it("the run node keeps the limits that are set, and takes an empty field", async () => {
    const run = await editor.drag("assistants-run");
    await editor.openForm(run);
    await editor.page.selectOption("#node-input-busy", "cancel");
    await editor.page.fill("#node-input-toolTimeout", "2.5");
    await editor.page.click("#node-input-limits-toggle");
    await editor.page.fill("#node-input-maxRounds", "");
    await editor.page.fill("#node-input-retries", "2");
    await editor.closeForm();
    const { busy, toolTimeout, maxRounds, maxCalls, retries } = await editor.exported(run);
    assert.deepEqual([busy, toolTimeout, maxRounds, maxCalls, retries].map(String), [
      "cancel",
      "2.5",
      "",
      "32",
      "2",
    ]);
    assert.deepEqual(await editor.validationErrors(run), []);
  });

  const wrongLimits = {
    toolTimeout: ["0", "-1", "soon", "2147484"],
    retries: ["-1", "1.5", "often"],
    lastMessages: ["-1", "2.5", "all"],
    maxRounds: ["0", "2.5", "x"],
    maxCalls: ["0"],
    maxModelCalls: ["0"],
    maxDepth: ["0"],
  };
  for (const [field, values] of Object.entries(wrongLimits)) {
    it(`a run node with a ${field} out of its range is invalid and says why, unless it only cancels`, async () => {
      const run = await editor.drag("assistants-run");
      for (const value of values) {
        await editor.page.evaluate(`RED.nodes.node("${run}").${field} = "${value}"`);
        const errors = await editor.validationErrors(run);
        assert.equal(errors.length, 1, value);
        assertTranslated(errors);
        assert.match(errors.join(), / number/);
      }
      await editor.page.evaluate(`RED.nodes.node("${run}").operation = "cancel"`);
      assert.deepEqual(await editor.validationErrors(run), []);
    });
  }

  it("the run node of an earlier version, without limits, is valid and waits in turn when it is saved", async () => {
    const run = await editor.drag("assistants-run");
    for (const field of ["busy", ...Object.keys(wrongLimits)]) {
      await editor.page.evaluate(`delete RED.nodes.node("${run}").${field}`);
    }
    assert.deepEqual(await editor.validationErrors(run), []);
    await editor.openForm(run);
    await editor.closeForm();
    assert.equal((await editor.exported(run))["busy"], "queue");
    assert.deepEqual(await editor.validationErrors(run), []);
  });

  it("the run node's limits are folded away until they are asked for, or one is not the default", async () => {
    const run = await editor.drag("assistants-run");
    const limits = editor.page.locator("#node-input-limits");
    await editor.openForm(run);
    assert.equal(await limits.isVisible(), false);
    await editor.page.click("#node-input-limits-toggle");
    assert.equal(await limits.isVisible(), true);
    await editor.page.fill("#node-input-maxDepth", "5");
    await editor.closeForm();
    await editor.openForm(run);
    assert.equal(await limits.isVisible(), true);
    await editor.page.selectOption("#node-input-operation", "cancel");
    assert.equal(await limits.isVisible(), false);
    await editor.closeForm();
  });
});
