import assert from "node:assert/strict";
import type { VectorStore } from "../../../src/contract/objects.ts";
import { config } from "../node-fields.ts";
import { node, useVectorStoreNode } from "./vector-store-node.ts";

describe("the vector store node", () => {
  const { running, start, stop, pass, storeAfter, all } = useVectorStoreNode();

  describe("ensure", () => {
    it("makes the vector store of the form and hands it on, the rest of the message untouched", async () => {
      await start({ storeName: "Manuals", expiryDays: "7" });
      const req = { headers: {} };
      const msg = await pass({ payload: "Hi", topic: "t", req });
      const [store] = await all();
      assert.deepEqual(msg["vectorStore"], store);
      assert.deepEqual([store?.name, store?.expires_after?.days], ["Manuals", 7]);
      assert.deepEqual([msg.payload, msg.topic], ["Hi", "t"]);
      assert.equal(msg["req"], req);
    });

    it("makes one for two messages at once", async () => {
      await start();
      running.flow.send("store", {});
      running.flow.send("store", {});
      const [one, other] = await running.flow.inbox("out").take(2);
      assert.deepEqual(one?.["vectorStore"], other?.["vectorStore"]);
      assert.equal((await all()).length, 1);
    });

    it("finds it again after a restart, and changes what was changed in the form", async () => {
      await start({ storeName: "Manuals", expiryDays: 7 });
      const { id } = await storeAfter();
      await stop();
      await start({ storeName: "Handbooks" });
      await pass();
      const stores = await all();
      assert.deepEqual(
        stores.map((store) => [store.id, store.name, store.expires_after ?? null]),
        [[id, "Handbooks", null]],
      );
    });

    it("writes nothing where nothing has changed", async () => {
      await start({ storeName: "Manuals" });
      await pass();
      const written: unknown[] = [];
      const update = running.api.updateVectorStore;
      running.api.updateVectorStore = (parameters, options) => {
        written.push(parameters);
        return update(parameters, options);
      };
      await pass();
      assert.deepEqual(written, []);
    });

    it("makes one for each node and each environment", async () => {
      const places = ["a", "b"].map((environment) => config({ id: `place ${environment}`, environment }));
      await start({}, places);
      await pass();
      for (const { id } of places) {
        await stop();
        await start({ config: id }, places);
        await pass();
      }
      await stop();
      await start({}, [node({ id: "another" })]);
      running.flow.send("another", {});
      await running.flow.inbox("out").next();
      assert.equal((await all()).length, 4);
    });

    it("makes it anew when it was deleted", async () => {
      await start();
      const { id } = await storeAfter();
      await running.api.deleteVectorStore({ vector_store_id: id });
      const again = (await pass())["vectorStore"];
      assert.deepEqual(await all(), [again]);
    });

    it("makes it anew when it has expired, since it answers nobody any more", async () => {
      await start();
      const first = await storeAfter();
      const { getVectorStore, listVectorStores } = running.api;
      const aged = (store: VectorStore): VectorStore =>
        store.id === first.id ? { ...store, status: "expired" } : store;
      running.api.getVectorStore = async (parameters) => aged(await getVectorStore(parameters));
      running.api.listVectorStores = async (parameters) => {
        const page = await listVectorStores(parameters);
        return { ...page, data: page.data.map(aged) };
      };
      const second = await storeAfter();
      assert.notEqual(second.id, first.id);
      assert.deepEqual(await storeAfter(), second);
    });

    it("does not fill the message into its name", async () => {
      await start({ storeName: "Of {{topic}}{{env.HOME_TOWN}}" });
      await pass({ topic: "alice" });
      assert.equal((await all())[0]?.name, "Of ");
    });
  });
});
