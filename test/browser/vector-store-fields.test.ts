/** Fields of the vector store node that may say "none", and flows from before there were such. */
import assert from "node:assert/strict";
import { useEditor } from "./use-editor.ts";

const TYPE = "assistants-vector-store";

describe("the fields of the vector store node", () => {
  const editor = useEditor();

  const set = (id: string, values: string) =>
    editor.page.evaluate(`Object.assign(RED.nodes.node("${id}"), ${values})`);

  it("have no filter until one is chosen, and are valid then", async () => {
    const id = await editor.drag(TYPE);
    await set(id, '{ operation: "search" }');
    await editor.openForm(id);
    await editor.closeForm();
    const { filter, filterType } = await editor.exported(id);
    assert.deepEqual([filter, filterType], ["", "none"]);
    assert.deepEqual(await editor.validationErrors(id), []);
  });

  it("keep the filter of an earlier flow, where empty JSON is none", async () => {
    const id = await editor.drag(TYPE);
    await set(id, '{ operation: "search", filter: "", filterType: "json" }');
    await editor.openForm(id);
    await editor.closeForm();
    const { filter, filterType } = await editor.exported(id);
    assert.deepEqual([filter, filterType], ["", "json"]);
    assert.deepEqual(await editor.validationErrors(id), []);
  });

  const names: [string, string, boolean][] = [
    ["ask for the names of files in a new node", '{ operation: "listFiles" }', true],
    ["do not in an earlier flow", '{ operation: "listFiles", fileNames: undefined }', false],
  ];
  for (const [title, values, ticked] of names) {
    it(title, async () => {
      const id = await editor.drag(TYPE);
      await set(id, values);
      await editor.openForm(id);
      assert.equal(await editor.page.isChecked("#node-input-fileNames"), ticked);
      await editor.closeForm();
    });
  }
});
