/** Fields of the vector store node that may say "none", and flows from before there were such. */
import assert from "node:assert/strict";
import { useEditor } from "./use-editor.ts";

const TYPE = "assistants-vector-store";

describe("the fields of the vector store node", () => {
  const editor = useEditor();

  it("have no filter until one is chosen, and are valid then", async () => {
    const id = await editor.drag(TYPE);
    await editor.set(id, { operation: "search" });
    await editor.openForm(id);
    await editor.closeForm();
    const { filter, filterType } = await editor.exported(id);
    assert.deepEqual([filter, filterType], ["", "none"]);
    assert.deepEqual(await editor.validationErrors(id), []);
  });

  it("keep the filter of an earlier flow, where empty JSON is none", async () => {
    const id = await editor.drag(TYPE);
    await editor.set(id, { operation: "search", filter: "", filterType: "json" });
    await editor.openForm(id);
    await editor.closeForm();
    const { filter, filterType } = await editor.exported(id);
    assert.deepEqual([filter, filterType], ["", "json"]);
    assert.deepEqual(await editor.validationErrors(id), []);
  });

  for (const [title, isNew] of [
    ["ask for the names of files in a new node", true],
    ["do not in an earlier flow", false],
  ] as const) {
    it(title, async () => {
      const id = await editor.drag(TYPE);
      await editor.set(id, { operation: "listFiles" });
      if (!isNew) await editor.page.evaluate(`delete RED.nodes.node("${id}").fileNames`);
      await editor.openForm(id);
      assert.equal(await editor.page.isChecked("#node-input-fileNames"), isNew);
      await editor.closeForm();
    });
  }
});
