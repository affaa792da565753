/** The index of one file and many: what is found in it, and what is left when something is removed. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { IndexDatabase } from "../../../src/retrieval/index/index-database.ts";
import { wordsOfText } from "../../../src/retrieval/words.ts";
import { temporaryDirectory } from "../../service/temporary-directory.ts";

async function openIndex() {
  const directory = await temporaryDirectory();
  const file = join(directory.path, "search.db");
  const index = new IndexDatabase(file);
  const add = (store: string, name: string, texts: string[]) =>
    index.together(() =>
      index.put({
        key: `${store}/${name}/entry`,
        store,
        attributes: {},
        first: true,
        last: true,
        chunks: texts.map((text) => ({
          start: 0,
          end: text.length,
          text,
          words: wordsOfText(text).join(" "),
        })),
      }),
    );
  const find = (store: string, query: string) =>
    index.search({ store, queries: [query], limit: 10, least: 0, filter: null });
  const clear = () => {
    while (index.clearSome());
  };
  return {
    index,
    file,
    add,
    find,
    clear,
    async [Symbol.asyncDispose]() {
      if (index.isOpen) index.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

const repeated = (text: string, times: number) => Array.from({ length: times }, () => text);

describe("the index", () => {
  it("finds in a small vector store what a large one has everywhere", async () => {
    await using open = await openIndex();
    open.add("large", "a", [...repeated("pear plum", 1900), ...repeated("plum", 200)]);
    open.add("small", "b", ["plum"]);
    assert.deepEqual(
      open.find("small", "pear plum").map(({ text }) => text),
      ["plum"],
    );
  });

  it("scores as if what was removed had never been there", async () => {
    await using open = await openIndex();
    const texts = [...repeated("the pear", 40), ...repeated("the plum", 2), ...repeated("nothing else", 60)];
    open.add("store", "a", texts);
    const before = open.find("store", "the plum").map(({ score }) => score);
    for (let times = 0; times < 30; times += 1) {
      open.add("store", "a", texts);
      open.clear();
    }
    assert.deepEqual(
      open.find("store", "the plum").map(({ score }) => score),
      before,
    );
  });

  it("finds what a filter lets through behind thousands of others that have the same words", async () => {
    await using open = await openIndex();
    open.add("store", "many", repeated("pear", 3500));
    open.add("store", "meant", ["pear"]);
    open.index.setAttributes("store/meant/entry", { meant: true });
    const filter = { type: "eq", key: "meant", value: true } as const;
    const found = open.index.search({ store: "store", queries: ["pear"], limit: 10, least: 0, filter });
    assert.deepEqual(
      found.map(({ key }) => key),
      ["store/meant/entry"],
    );
  });

  it("finds first what has both of two words that thousands have", async () => {
    await using open = await openIndex();
    open.add("store", "pears", repeated("pear on the table", 1600));
    open.add("store", "both", ["pear and also plum on the table"]);
    open.add("store", "plums", repeated("plum on the table", 1700));
    assert.equal(open.find("store", "pear plum")[0]?.key, "store/both/entry");
  });

  it("keeps nothing of a vector store that was removed", async () => {
    await using open = await openIndex();
    open.add("gone", "a", ["pear"]);
    open.add("kept", "b", ["pear"]);
    open.index.removeStore("gone");
    open.clear();
    open.index.close();
    const database = new DatabaseSync(open.file);
    const left = database.prepare("SELECT store FROM scope").all();
    database.close();
    assert.deepEqual(
      left.map(({ store }) => store),
      ["kept"],
    );
  });
});
