import assert from "node:assert/strict";
import { commitFresh } from "../../../src/service/store/commit-fresh.ts";
import type { Store } from "../../../src/service/store/store.ts";
import { insertAssistant, sampleAssistant } from "../sample-objects.ts";
import { openStore } from "./open-store.ts";

/** A change that counts the assistant's name up by one, from what stands now. */
async function countUp(store: Store, id: string) {
  const from = await store.get("assistant", id);
  assert.ok(from);
  const result = { ...from.object, name: String(Number(from.object.name) + 1) };
  return { result, changes: [{ replace: "assistant", from, object: result, internal: null } as const] };
}

describe("a change of what stands now", () => {
  it("is made anew when somebody else was faster, so that none is lost", async () => {
    await using open = await openStore();
    const { store } = open;
    const assistant = sampleAssistant("0");
    await store.commit([insertAssistant(assistant)]);
    const counts = Array.from({ length: 10 }, () => commitFresh(store, () => countUp(store, assistant.id)));
    const results = await Promise.all(counts);
    assert.equal((await store.get("assistant", assistant.id))?.object.name, "10");
    const names = new Set(results.map((result) => result.name));
    assert.equal(names.size, 10);
  });

  it("writes nothing where there is nothing to change", async () => {
    await using open = await openStore();
    await open.store.close();
    const result = await commitFresh(open.store, async () => ({ result: "nothing", changes: [] }));
    assert.equal(result, "nothing");
  });

  it("is given up when it loses for ever", async () => {
    await using open = await openStore();
    const { store } = open;
    const assistant = sampleAssistant("0");
    await store.commit([insertAssistant(assistant)]);
    let tries = 0;
    const lose = commitFresh(store, async () => {
      tries += 1;
      const prepared = await countUp(store, assistant.id);
      await store.commit(prepared.changes);
      return prepared;
    });
    await assert.rejects(lose, { code: "store_unavailable" });
    assert.ok(tries > 1 && tries <= 100);
  });

  it("is not repeated where its object is gone", async () => {
    await using open = await openStore();
    let tries = 0;
    const change = commitFresh(open.store, async () => {
      tries += 1;
      return { result: null, changes: [{ delete: "thread", id: "thread_nowhere" } as const] };
    });
    await assert.rejects(change, { conflict: { reason: "missing", kind: "thread", id: "thread_nowhere" } });
    assert.equal(tries, 1);
  });
});
