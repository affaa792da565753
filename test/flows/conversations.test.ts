import assert from "node:assert/strict";
import { flowTable } from "./harness/flow-table.ts";
import type { SeenMessage } from "./harness/protocol.ts";

const threadsOf = (messages: SeenMessage[] = []) => [
  new Set(messages.map(({ thread }) => Object(thread).id)).size,
  messages.map(({ threadCreated }) => threadCreated),
];

flowTable("conversations", {
  "two messages with one key have one thread": {
    comes: { threads: 2, answer: ["one", "two"], completed: 2 },
    modelCalls: 2,
    check: ({ boxes }) => assert.deepEqual(threadsOf(boxes["threads"]), [1, [true, false]]),
  },

  "a key has its thread after a kill": {
    async play(flow) {
      await flow.press("ask");
      await flow.arrived("completed");
      await flow.kill();
      await flow.start();
      await flow.press("ask");
    },
    comes: { threads: 2, answer: ["again", "again"], completed: 2 },
    modelCalls: 2,
    check: ({ boxes }) => assert.deepEqual(threadsOf(boxes["threads"]), [1, [true, false]]),
  },
});
