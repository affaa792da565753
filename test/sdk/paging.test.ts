/** The official SDK's own paging: `for await` over a list, page after page. */
import assert from "node:assert/strict";
import { calls, says } from "../scripted-model.ts";
import { functionTool, outputsFor, POLL, type ServedSdk, serveSdk } from "./served-sdk.ts";

const COUNT = 7;

type Order = "asc" | "desc";

async function idsOf(list: AsyncIterable<{ id: string }>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of list) ids.push(id);
  return ids;
}

async function eachOf<T>(make: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let index = 0; index < COUNT; index += 1) made.push(await make(index));
  return made;
}

const named = (made: { id: string }[]) => made.map(({ id }) => id);

/** Makes a few objects of a kind, and lists them in pages of three. */
const kinds: Record<string, (sdk: ServedSdk) => Promise<[string[], (order: Order) => Promise<string[]>]>> = {
  assistants: async ({ client }) => {
    const { data } = await client.beta.assistants.list({ limit: 100 });
    for (const { id } of data) await client.beta.assistants.delete(id);
    const made = await eachOf(() => client.beta.assistants.create({ model: "m" }));
    return [named(made), (order) => idsOf(client.beta.assistants.list({ limit: 3, order }))];
  },
  messages: async ({ client }) => {
    const { id } = await client.beta.threads.create();
    const { messages } = client.beta.threads;
    const made = await eachOf((index) => messages.create(id, { role: "user", content: String(index) }));
    return [named(made), (order) => idsOf(messages.list(id, { limit: 3, order }))];
  },
  runs: async (sdk) => {
    const { assistant, thread_id } = await sdk.scene();
    const { runs } = sdk.client.beta.threads;
    const made = await eachOf(() => runs.createAndPoll(thread_id, { assistant_id: assistant.id }, POLL));
    return [named(made), (order) => idsOf(runs.list(thread_id, { limit: 3, order }))];
  },
};

describe("the official SDK: paging", () => {
  let sdk: ServedSdk;
  before(async () => {
    sdk = await serveSdk();
  });
  after(() => sdk[Symbol.asyncDispose]());

  for (const [name, make] of Object.entries(kinds)) {
    it(`leads through all ${name}, in both orders`, async () => {
      const [made, list] = await make(sdk);
      assert.deepEqual(await list("asc"), made);
      assert.deepEqual(await list("desc"), made.toReversed());
    });
  }

  it("leads through all steps of a run, in both orders", async () => {
    const scripts = [calls({ name: "f" }), says("Done")];
    const { assistant, thread_id } = await sdk.scene(scripts, { tools: [functionTool("f")] });
    const { runs } = sdk.client.beta.threads;
    const waiting = await runs.createAndPoll(thread_id, { assistant_id: assistant.id }, POLL);
    const tool_outputs = outputsFor(waiting);
    const { id } = await runs.submitToolOutputsAndPoll(waiting.id, { thread_id, tool_outputs }, POLL);
    const types = async (order: Order) => {
      const found: string[] = [];
      for await (const step of runs.steps.list(id, { thread_id, limit: 1, order })) found.push(step.type);
      return found;
    };
    assert.deepEqual(await types("asc"), ["tool_calls", "message_creation"]);
    assert.deepEqual(await types("desc"), ["message_creation", "tool_calls"]);
  });

  it("hands out page after page where it is asked for pages", async () => {
    const { id } = await sdk.client.beta.threads.create({
      messages: Array.from({ length: 3 }, () => ({ role: "user", content: "Hello" })),
    });
    const first = await sdk.client.beta.threads.messages.list(id, { limit: 2 });
    assert.deepEqual([first.data.length, first.hasNextPage()], [2, true]);
    const second = await first.getNextPage();
    assert.deepEqual([second.data.length, second.hasNextPage()], [1, false]);
  });
});
