import assert from "node:assert/strict";
import { useBuiltInFlow } from "../built-in-flow.ts";
import { byKey } from "./talk.ts";

describe("messages of one conversation on the built-in service", () => {
  const running = useBuiltInFlow();

  it("go on in the order in which they came, all at once", async () => {
    await running.start([byKey({ config: "" })]);
    const payloads = Array.from({ length: 60 }, (_, index) => index);
    for (const payload of payloads) running.flow.send("thread", { topic: "alice", payload });
    const passed = await running.flow.inbox("out").take(payloads.length);
    assert.deepEqual(
      passed.map(({ payload }) => payload),
      payloads,
    );
  });
});
