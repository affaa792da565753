/** What holds for every node of the package. */
import assert from "node:assert/strict";
import packageJson from "../../package.json" with { type: "json" };
import { assertTranslated } from "./editor-page.ts";
import { useEditor } from "./use-editor.ts";

const types = Object.keys(packageJson["node-red"].nodes);
/** The types a user drags, each with the operations its form offers. */
const dragged = {
  "assistants-create-assistant": ["ensure", "create", "retrieve", "modify", "list", "delete"],
  "assistants-thread": ["create", "getOrCreate", "forget", "retrieve", "modify", "delete"],
  "assistants-message": ["create", "list", "retrieve", "modify", "delete"],
  "assistants-run": ["run", "cancel", "list", "retrieve"],
  "assistants-tool-call": [],
  "assistants-upload-file": ["upload", "content", "list", "retrieve", "delete"],
  "assistants-vector-store": [
    ...["ensure", "create", "retrieve", "modify", "list", "delete"],
    ...["addFiles", "search", "listFiles", "removeFiles"],
  ],
};

describe("the editor", () => {
  const editor = useEditor();

  it("shows every node of the package in the palette, under its own category", async () => {
    const shown = await editor.page
      .locator("#red-ui-palette-base-category-assistants .red-ui-palette-node")
      .evaluateAll((nodes) => nodes.map((node) => node.getAttribute("data-palette-type")));
    assert.deepEqual(shown.sort(), types.filter((type) => type !== "assistants-config").sort());
  });

  it("gives every node an icon of the package that can be fetched", async () => {
    const styles = await editor.page
      .locator("#red-ui-palette-base-category-assistants .red-ui-palette-icon")
      .evaluateAll((icons) => icons.map((icon) => icon.getAttribute("style") ?? ""));
    assert.equal(styles.length, types.length - 1);
    for (const style of styles) {
      const address = /url\("?([^")]+)"?\)/.exec(style)?.[1] ?? "";
      assert.match(address, /icons\/@assistants-flow\/node-red-openai-assistants\//);
      const answer = await editor.page.request.get(new URL(address, editor.page.url()).href);
      assert.match(
        await answer.text(),
        /^<svg[^>]*><title>(assistant|thread|message|run|tool call|upload file|vector store)</,
        address,
      );
    }
  });

  for (const type of types) {
    it(`${type} has help with a first paragraph for its tooltip`, async () => {
      const help = String(await editor.page.evaluate(`RED.nodes.getNodeHelp("${type}")`));
      assert.match(help, /^\s*<p>[A-Z][^<]+/);
    });
  }

  for (const [type, operations] of Object.entries(dragged)) {
    it(`${type} is valid as soon as it is dragged, and its label and port labels are texts`, async () => {
      const id = await editor.drag(type);
      assert.deepEqual(await editor.validationErrors(id), []);
      assertTranslated(await editor.labelsOf(id));
    });

    it(`the form of ${type} has no untranslated text, and Done keeps the node valid`, async () => {
      const id = await editor.drag(type);
      await editor.openForm(id);
      assertTranslated(await editor.formTexts("#dialog-form"));
      await editor.closeForm();
      assert.deepEqual(await editor.validationErrors(id), []);
    });

    for (const operation of operations) {
      it(`${type} stays valid and keeps its labels with the operation ${operation}`, async () => {
        const id = await editor.drag(type);
        await editor.openForm(id);
        await editor.page.selectOption("#node-input-operation", operation);
        await editor.closeForm();
        assert.equal((await editor.exported(id))["operation"], operation);
        assert.deepEqual(await editor.validationErrors(id), []);
        assertTranslated(await editor.labelsOf(id));
      });
    }
  }

  for (const type of Object.keys(dragged)) {
    it(`no label in the form of ${type} needs a second line`, async () => {
      await editor.openForm(await editor.drag(type));
      await editor.page.evaluate('$("#dialog-form .form-row, #dialog-form .form-row div").show()');
      const heights = await editor.page
        .locator("#dialog-form .form-row label")
        .evaluateAll((labels) =>
          labels.map((label) => [label.textContent, label.getBoundingClientRect().height > 30]),
        );
      assert.deepEqual(
        heights.filter(([, wraps]) => wraps),
        [],
      );
      await editor.closeForm();
    });
  }
});
