import assert from "node:assert/strict";
import { useEditor } from "./use-editor.ts";

describe("the editor", () => {
  const editor = useEditor();

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
      await editor.set(store, fields);
      const errors = await editor.validationErrors(store);
      assert.equal(errors.length, 1);
      assert.match(errors.join(), complaint);
      await editor.set(store, { operation: "retrieve" });
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
});
