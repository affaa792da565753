import assert from "node:assert/strict";
import { assertTranslated } from "./editor-page.ts";
import { useEditor } from "./use-editor.ts";

describe("the editor", () => {
  const editor = useEditor();

  const embedded = ["dataDirectory", "environment", "modelProvider", "name", "service"];
  const served = ["BaseUrl", "ContextWindow", "Key", "Name", "Reasoning", "Streaming", "Wire"].map(
    (name) => `model${name}`,
  );
  for (const [service, model, wanted] of [
    ["embedded", "rehearsal", [...embedded, "pace"]],
    ["embedded", "openai", [...embedded, ...served]],
    ["embedded", "azure", [...embedded, ...served]],
    ["embedded", "compatible", [...embedded, ...served]],
    ["openai", "", ["apiKey", "baseUrl", "environment", "name", "service", "timeout"]],
    ["azure", "", ["apiKey", "apiVersion", "baseUrl", "environment", "name", "service", "timeout"]],
  ] as const) {
    it(`the configuration form for ${service} ${model} shows the fields that matter there, all translated`, async () => {
      await editor.openForm(await editor.drag("assistants-thread"));
      await editor.addConfigNode();
      await editor.page.selectOption("#node-config-input-service", service);
      if (model !== "") await editor.page.selectOption("#node-config-input-modelProvider", model);
      const shown = await editor.page
        .locator("#node-config-dialog-edit-form [id^=node-config-input-]:visible")
        .evaluateAll((inputs) => inputs.map((input) => input.id.replace("node-config-input-", "")));
      assert.deepEqual(shown.sort(), [...wanted].sort());
      assertTranslated(await editor.formTexts("#node-config-dialog-edit-form"));
    });
  }

  /** The id of a configuration node that was made in the form of a thread node, and filled in like this. */
  async function configured(fields: Record<string, string>): Promise<string> {
    const thread = await editor.drag("assistants-thread");
    await editor.openForm(thread);
    await editor.addConfigNode();
    const { modelProvider = "rehearsal", ...texts } = fields;
    await editor.page.selectOption("#node-config-input-modelProvider", modelProvider);
    if ("keepThreadsDays" in texts) await editor.page.click("#assistants-keep-toggle");
    for (const [name, text] of Object.entries(texts)) {
      await editor.page.fill(`#node-config-input-${name}`, text);
    }
    await editor.closeConfigForm();
    await editor.closeForm();
    return String((await editor.exported(thread))["config"]);
  }

  it("a new configuration node is valid as it comes, and serves the node it was made for", async () => {
    const config = await configured({});
    assert.equal((await editor.exported(config))["type"], "assistants-config");
    assert.deepEqual(await editor.validationErrors(config), []);
  });

  it("a configuration node keeps the model that is chosen, and its key out of an export", async () => {
    const modelBaseUrl = "http://localhost:11434";
    const config = await configured({ modelProvider: "compatible", modelBaseUrl, modelKey: "sk-typed" });
    assert.deepEqual(await editor.validationErrors(config), []);
    const exported = JSON.stringify(await editor.exported(config));
    assert.ok(exported.includes(modelBaseUrl) && !exported.includes("sk-typed"), exported);
  });

  for (const days of ["0.5", "-1", "36501"]) {
    it(`a configuration node that keeps threads for ${days} days is invalid and says why`, async () => {
      const config = await configured({ keepThreadsDays: days });
      assert.match((await editor.validationErrors(config)).join(), /whole number of days/);
    });
  }

  it("a configuration node for a model without an address is invalid and says why", async () => {
    const config = await configured({ modelProvider: "azure" });
    assert.match((await editor.validationErrors(config)).join(), /The address begins with http/);
  });
});
