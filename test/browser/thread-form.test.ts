import assert from "node:assert/strict";
import { assertTranslated } from "./editor-page.ts";
import { useEditor } from "./use-editor.ts";

describe("the editor", () => {
  const editor = useEditor();

  it("the thread node names the property when conversations are to be remembered in a context", async () => {
    const thread = await editor.drag("assistants-thread");
    await editor.openForm(thread);
    await editor.page.selectOption("#node-input-operation", "getOrCreate");
    await editor.page.evaluate('$("#node-input-memory").typedInput("type", "flow")');
    await editor.closeForm();
    const { memory, memoryType } = await editor.exported(thread);
    assert.deepEqual([memory, memoryType], ["conversations", "flow"]);
    assert.deepEqual(await editor.validationErrors(thread), []);
  });

  const wrongThreads = {
    "a memory without a name": { operation: "getOrCreate", memory: "", memoryType: "flow" },
    "a memory whose name ends in a bracket": { operation: "forget", memory: "a['b']", memoryType: "global" },
    "metadata that is a list": { operation: "modify", metadata: "[]" },
    "metadata that is no JSON": { operation: "modify", metadata: "{" },
  };
  for (const [title, fields] of Object.entries(wrongThreads)) {
    it(`a thread node with ${title} is invalid and says why, unless another operation is chosen`, async () => {
      const thread = await editor.drag("assistants-thread");
      await editor.set(thread, fields);
      const errors = await editor.validationErrors(thread);
      assert.equal(errors.length, 1);
      assertTranslated(errors);
      await editor.set(thread, { operation: "create" });
      assert.deepEqual(await editor.validationErrors(thread), []);
    });
  }
});
