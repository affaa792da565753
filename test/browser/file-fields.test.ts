/** The fields of several nodes that attach files, put them into vector stores and search them. */
import assert from "node:assert/strict";
import { assertTranslated } from "./editor-page.ts";
import { useEditor } from "./use-editor.ts";

describe("the fields for files", () => {
  const editor = useEditor();

  const suggested: [string, string, string][] = [
    ["create-assistant", "vectorStore", "vectorStore"],
    ["upload-file", "vectorStore", "vectorStore"],
    ["message", "attachments", "file"],
    ["run", "attachments", "file"],
  ];
  for (const [type, field, value] of suggested) {
    it(`the ${type} node has no ${field} until one is chosen, and suggests msg.${value} then`, async () => {
      const id = await editor.drag(`assistants-${type}`);
      await editor.openForm(id);
      if (type === "create-assistant") await editor.page.check("#node-input-fileSearch");
      await editor.closeForm();
      assert.equal((await editor.exported(id))[`${field}Type`], "none");
      await editor.openForm(id);
      await editor.page.evaluate(`$("#node-input-${field}").typedInput("type", "msg")`);
      assertTranslated(await editor.formTexts("#dialog-form"));
      await editor.closeForm();
      const chosen = await editor.exported(id);
      assert.deepEqual([chosen[field], chosen[`${field}Type`]], [value, "msg"]);
      assert.deepEqual(await editor.validationErrors(id), []);
    });

    it(`the ${type} node of an earlier version, without ${field}, is valid and has none when it is saved`, async () => {
      const id = await editor.drag(`assistants-${type}`);
      const added = [
        field,
        `${field}Type`,
        "fileSearch",
        "attachmentTools",
        "attributes",
        "wait",
        "modifyTools",
      ];
      for (const one of added) await editor.page.evaluate(`delete RED.nodes.node("${id}").${one}`);
      assert.deepEqual(await editor.validationErrors(id), []);
      await editor.openForm(id);
      await editor.closeForm();
      assert.equal((await editor.exported(id))[`${field}Type`], "none");
      assert.deepEqual(await editor.validationErrors(id), []);
    });
  }

  for (const type of ["message", "run"]) {
    it(`the ${type} node asks what attachments are for when there are some`, async () => {
      const id = await editor.drag(`assistants-${type}`);
      await editor.openForm(id);
      const tools = editor.page.locator("#node-input-attachmentTools");
      assert.equal(await tools.isVisible(), false);
      await editor.page.evaluate('$("#node-input-attachments").typedInput("type", "flow")');
      assert.equal(await tools.isVisible(), true);
      await tools.selectOption("both");
      await editor.page.fill("#node-input-attachments + .red-ui-typedInput-container input", "files");
      await editor.closeForm();
      assert.equal((await editor.exported(id))["attachmentTools"], "both");
    });
  }

  const wrongSearches: [string, object, RegExp][] = [
    ["too many results", { searchResults: "51" }, /1 to 50 results/],
    ["a score that is too high", { searchThreshold: "1.1" }, /from 0 to 1/],
    [
      "a vector store without an ID",
      { vectorStore: " ", vectorStoreType: "str" },
      /ID of the vector store is empty/,
    ],
  ];
  for (const [title, fields, complaint] of wrongSearches) {
    it(`a create assistant node with ${title} is invalid and says why, unless it searches no files`, async () => {
      const id = await editor.drag("assistants-create-assistant");
      await editor.set(id, { fileSearch: true, ...fields });
      const errors = await editor.validationErrors(id);
      assert.equal(errors.length, 1);
      assert.match(errors.join(), complaint);
      await editor.set(id, { fileSearch: false });
      assert.deepEqual(await editor.validationErrors(id), []);
    });
  }

  it("the create assistant node that modifies shows tools only where they are replaced", async () => {
    const id = await editor.drag("assistants-create-assistant");
    await editor.openForm(id);
    await editor.page.selectOption("#node-input-operation", "modify");
    const code = editor.page.locator("#node-input-codeInterpreter");
    assert.equal(await code.isVisible(), false);
    await editor.page.selectOption("#node-input-modifyTools", "replace");
    assert.equal(await code.isVisible(), true);
    await editor.closeForm();
    assert.equal((await editor.exported(id))["modifyTools"], "replace");
  });

  it("the create assistant node of an earlier version that modifies goes on replacing what it ticks", async () => {
    const id = await editor.drag("assistants-create-assistant");
    await editor.page.evaluate(
      `Object.assign(RED.nodes.node("${id}"), { operation: "modify", codeInterpreter: true, modifyTools: undefined })`,
    );
    await editor.openForm(id);
    await editor.closeForm();
    assert.equal((await editor.exported(id))["modifyTools"], "replace");
  });

  it("the upload file node begins an empty path where a path is chosen, and goes back to the payload", async () => {
    await editor.openForm(await editor.drag("assistants-upload-file"));
    const content = (call: string) => editor.page.evaluate(`$("#node-input-content").typedInput(${call})`);
    await content('"type", "path"');
    assert.equal(await content('"value"'), "");
    await content('"type", "msg"');
    assert.equal(await content('"value"'), "payload");
    await editor.closeForm();
  });

  it("the upload file node asks for attributes and the wait where the file goes into a vector store", async () => {
    const id = await editor.drag("assistants-upload-file");
    await editor.openForm(id);
    const wait = editor.page.locator("#node-input-waitSeconds");
    assert.equal(await wait.isVisible(), false);
    await editor.page.evaluate('$("#node-input-vectorStore").typedInput("type", "msg")');
    assert.equal(await wait.isVisible(), true);
    await wait.fill("0");
    await editor.closeForm();
    assert.match((await editor.validationErrors(id)).join(), /number of seconds, above 0/);
  });
});
