import assert from "node:assert/strict";
import { useEditor } from "./use-editor.ts";

describe("the editor", () => {
  const editor = useEditor();

  for (const wrong of ["[]", "{", "", "null"]) {
    it(`a tool call node with the parameters '${wrong}' is invalid and says why`, async () => {
      const id = await editor.drag("assistants-tool-call");
      await editor.openForm(id);
      await editor.page.evaluate(
        `RED.nodes.node("${id}").parametersEditor.setValue(${JSON.stringify(wrong)})`,
      );
      await editor.closeForm();
      assert.match((await editor.validationErrors(id)).join(), /parameters are one JSON object/);
    });
  }
});
