import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import { useVectorStoreNode } from "./vector-store-node.ts";

describe("the vector store node", () => {
  const { running, start, stop, pass, fails, filled } = useVectorStoreNode();

  describe("search", () => {
    const texts = { "apple.txt": "The apple is red.", "banana.txt": "The banana is yellow." };

    it("puts what it has found into the payload, the best first", async () => {
      await start({ operation: "search" });
      const store = await filled(texts);
      const { payload, vectorStore: kept } = await pass({
        vectorStore: store,
        payload: "Is the banana yellow?",
      });
      assert.ok(Array.isArray(payload));
      assert.deepEqual(
        [payload[0].filename, payload[0].content[0].text, payload[0].attributes],
        ["banana.txt", "The banana is yellow.", { name: "banana.txt" }],
      );
      assert.deepEqual(kept, store);
    });

    const found = async (msg: NodeMessage): Promise<string[]> => {
      const { payload } = await pass(msg);
      assert.ok(Array.isArray(payload));
      return payload.map(({ filename }) => filename).sort();
    };

    it("takes several queries, and a text of the form", async () => {
      await start({ operation: "search" });
      const store = await filled(texts);
      const payload = ["apple", "banana"];
      assert.deepEqual(await found({ vectorStore: store, payload }), ["apple.txt", "banana.txt"]);
      await stop();
      await start({ operation: "search", query: "{{topic}}", queryType: "str" });
      assert.deepEqual(await found({ vectorStore: store, topic: "apple" }), ["apple.txt"]);
    });

    it("gives nothing where nothing is found, and no more than asked for", async () => {
      await start({ operation: "search", maxResults: "1" });
      const store = await filled(texts);
      assert.deepEqual(await found({ vectorStore: store, payload: "cherry" }), []);
      assert.equal((await found({ vectorStore: store, payload: "apple banana" })).length, 1);
    });

    it("leaves out what scores less than the least score", async () => {
      await start({ operation: "search", minScore: "1" });
      const store = await filled(texts);
      assert.deepEqual(await found({ vectorStore: store, payload: "apple or something else" }), []);
    });

    it("searches only files with the attributes of the filter, filled in", async () => {
      const filter = '{"type":"eq","key":"name","value":"{{topic}}"}';
      await start({ operation: "search", filter });
      const store = await filled(texts);
      const asked = { vectorStore: store, payload: "apple banana" };
      assert.deepEqual(await found({ ...asked, topic: "apple.txt" }), ["apple.txt"]);
      assert.deepEqual(await found(asked), []);
    });

    it("takes a filter of several from a property", async () => {
      await start({ operation: "search", filter: "filter", filterType: "msg" });
      const store = await filled(texts, () => ({ year: 2026 }));
      const filter = {
        type: "and",
        filters: [
          { type: "gte", key: "year", value: 2026 },
          { type: "ne", key: "name", value: "apple.txt" },
        ],
      };
      assert.deepEqual(await found({ vectorStore: store, payload: "apple banana", filter }), ["banana.txt"]);
    });

    for (const filter of ["", {}, { type: "eq" }, []]) {
      it(`sends a property that holds no filter to Catch: ${JSON.stringify(filter)}`, async () => {
        await start({ operation: "search", filter: "filter", filterType: "msg" });
        const store = await filled(texts);
        const { code } = await fails({ vectorStore: store, payload: "apple", filter });
        assert.equal(code, "filter_invalid");
      });
    }

    for (const payload of [undefined, " ", [], ["apple", 7], { a: 1 }]) {
      it(`sends a message without a query to Catch: ${JSON.stringify(payload)}`, async () => {
        await start({ operation: "search" });
        const store = await filled({});
        assert.equal((await fails({ vectorStore: store, payload })).code, "query_missing");
      });
    }

    it("lets the query be reworded where the form allows it, and not otherwise", async () => {
      for (const rewriteQuery of [true, false]) {
        await start({ operation: "search", rewriteQuery });
        const store = await filled({});
        const asked: unknown[] = [];
        const search = running.api.searchVectorStore;
        running.api.searchVectorStore = (parameters, options) => {
          asked.push(parameters.rewrite_query);
          return search(parameters, options);
        };
        await pass({ vectorStore: store, payload: "apple" });
        assert.deepEqual(asked, [rewriteQuery ? true : undefined]);
        if (rewriteQuery) await stop();
      }
    });
  });
});
