import assert from "node:assert/strict";
import { useEditor } from "./use-editor.ts";

describe("the editor", () => {
  const editor = useEditor();

  it("the create assistant node keeps the tool call nodes that are ticked, and only those", async () => {
    const first = await editor.drag("assistants-tool-call", 200);
    await editor.drag("assistants-tool-call", 300);
    const assistant = await editor.drag("assistants-create-assistant", 400);
    await editor.openForm(assistant);
    const boxes = editor.page.locator("#node-input-functions-list input[type=checkbox]");
    assert.equal(await boxes.count(), 2);
    await boxes.first().check();
    await editor.closeForm();
    assert.deepEqual((await editor.exported(assistant))["functions"], [first]);
  });

  it("the create assistant node forgets a tool call node that was deleted, when it is saved", async () => {
    const toolCall = await editor.drag("assistants-tool-call", 200);
    const assistant = await editor.drag("assistants-create-assistant", 400);
    await editor.page.evaluate(`RED.nodes.node("${assistant}").functions = ["${toolCall}"]`);
    await editor.page.evaluate(`RED.nodes.remove("${toolCall}")`);
    await editor.openForm(assistant);
    await editor.closeForm();
    assert.deepEqual((await editor.exported(assistant))["functions"], []);
  });
});
