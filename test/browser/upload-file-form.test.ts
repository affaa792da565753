import assert from "node:assert/strict";
import { useEditor } from "./use-editor.ts";

describe("the editor", () => {
  const editor = useEditor();

  const wrongUploads: [string, object, RegExp][] = [
    ["a path that is empty", { content: " ", contentType: "path" }, /path on disk is empty/],
    ["an expiry that is too short", { expiry: "0.5", expiryUnit: "hours" }, /1 hour to 30 days/],
    ["an expiry that is too long", { expiry: "31", expiryUnit: "days" }, /1 hour to 30 days/],
    ["no limit for what is read", { operation: "content", maxSize: "" }, /number of MB/],
    ["a list that is too long", { operation: "list", limit: "10001" }, /1 to 10000 files/],
  ];
  for (const [title, fields, complaint] of wrongUploads) {
    it(`an upload file node with ${title} is invalid and says why, unless another operation is chosen`, async () => {
      const file = await editor.drag("assistants-upload-file");
      await editor.set(file, fields);
      const errors = await editor.validationErrors(file);
      assert.equal(errors.length, 1);
      assert.match(errors.join(), complaint);
      await editor.set(file, { operation: "delete" });
      assert.deepEqual(await editor.validationErrors(file), []);
    });
  }

  it("the upload file node keeps the path that is chosen, and then warns who may choose the file", async () => {
    const file = await editor.drag("assistants-upload-file");
    await editor.openForm(file);
    const warning = editor.page.locator("#node-input-content-path");
    assert.equal(await warning.isVisible(), false);
    await editor.page.evaluate('$("#node-input-content").typedInput("type", "path")');
    assert.equal(await warning.isVisible(), true);
    await editor.page.evaluate('$("#node-input-content").typedInput("value", "/data/{{filename}}")');
    await editor.closeForm();
    const { content, contentType } = await editor.exported(file);
    assert.deepEqual([content, contentType], ["/data/{{filename}}", "path"]);
    assert.deepEqual(await editor.validationErrors(file), []);
  });
});
