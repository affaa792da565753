import assert from "node:assert/strict";
import packageJson from "../../package.json" with { type: "json" };
import { assertTranslated, type EditorPage } from "./editor-page.ts";
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

describe("the editor", function () {
  this.timeout(90_000);
  const opened = useEditor();
  let editor: EditorPage;

  beforeEach(() => {
    editor = opened();
  });

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
      const set = (values: object) =>
        editor.page.evaluate(`Object.assign(RED.nodes.node("${thread}"), ${JSON.stringify(values)})`);
      await set(fields);
      const errors = await editor.validationErrors(thread);
      assert.equal(errors.length, 1);
      assertTranslated(errors);
      await set({ operation: "create" });
      assert.deepEqual(await editor.validationErrors(thread), []);
    });
  }

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
      const set = (values: object) =>
        editor.page.evaluate(`Object.assign(RED.nodes.node("${file}"), ${JSON.stringify(values)})`);
      await set(fields);
      const errors = await editor.validationErrors(file);
      assert.equal(errors.length, 1);
      assert.match(errors.join(), complaint);
      await set({ operation: "delete" });
      assert.deepEqual(await editor.validationErrors(file), []);
    });
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

  const added = { operation: "addFiles", chunking: "static" };
  const wrongStores: [string, object, RegExp][] = [
    ["an expiry that is too long", { expiryDays: "366" }, /1 to 365 days/],
    ["metadata that is a list", { operation: "create", metadata: "[]" }, /metadata is a JSON object/],
    ["attributes that are a list", { operation: "addFiles", attributes: "[]" }, /attributes are a JSON/],
    ["no time to wait", { operation: "addFiles", waitSeconds: "0" }, /number of seconds/],
    ["chunks that are too small", { ...added, chunkSize: "99", chunkOverlap: "9" }, /100 to 4096/],
    ["an overlap of more than half", { ...added, chunkOverlap: "401" }, /half of a chunk/],
    [
      "a filter that is a text",
      { operation: "search", filter: '"year"', filterType: "json" },
      /filter is a JSON object/,
    ],
    ["no results", { operation: "search", maxResults: "0" }, /1 to 50 results/],
    ["a score above 1", { operation: "search", minScore: "1.5" }, /0 to 1/],
    ["a list that is too long", { operation: "listFiles", limit: "10001" }, /1 to 10000/],
  ];
  for (const [title, fields, complaint] of wrongStores) {
    it(`a vector store node with ${title} is invalid and says why, unless another operation is chosen`, async () => {
      const store = await editor.drag("assistants-vector-store");
      const set = (values: object) =>
        editor.page.evaluate(`Object.assign(RED.nodes.node("${store}"), ${JSON.stringify(values)})`);
      await set(fields);
      const errors = await editor.validationErrors(store);
      assert.equal(errors.length, 1);
      assert.match(errors.join(), complaint);
      await set({ operation: "retrieve" });
      assert.deepEqual(await editor.validationErrors(store), []);
    });
  }

  it("the vector store node keeps what its form says of a search", async () => {
    const store = await editor.drag("assistants-vector-store");
    await editor.openForm(store);
    await editor.page.selectOption("#node-input-operation", "search");
    await editor.page.fill("#node-input-minScore", "0.5");
    await editor.page.check("#node-input-rewriteQuery");
    await editor.closeForm();
    const { operation, minScore, rewriteQuery, query, queryType, filter } = await editor.exported(store);
    assert.deepEqual(
      [operation, minScore, rewriteQuery, query, queryType, filter],
      ["search", "0.5", true, "payload", "msg", ""],
    );
    assert.deepEqual(await editor.validationErrors(store), []);
  });

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
