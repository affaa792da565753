import assert from "node:assert/strict";
import { flowTable } from "./harness/flow-table.ts";

flowTable("answers", {
  "a question gets its answer": { comes: { answer: ["hello"], completed: 1 }, modelCalls: 1 },

  "the answer carries what the run wrote": {
    comes: { answer: ["It is 42."], completed: 1 },
    modelCalls: 2,
    check({ boxes }) {
      const [msg] = boxes["answer"] ?? [];
      assert.ok(msg);
      const { run, thread, messages, toolOutputs, customer, message, toolCall } = msg;
      assert.ok(isObject(run) && isObject(thread) && Array.isArray(messages));
      assert.equal(run["status"], "completed");
      assert.equal(run["thread_id"], thread["id"]);
      assert.deepEqual(
        messages.map(({ role }) => role),
        ["assistant"],
      );
      assert.deepEqual(toolOutputs, { lookup: ["42"] });
      assert.deepEqual(customer, { number: 7 });
      assert.deepEqual([message, toolCall], [undefined, undefined]);
    },
  },

  "an answer can go to another property": {
    comes: { answer: ["say hello"], completed: 1 },
    modelCalls: 1,
    check: ({ boxes }) => assert.deepEqual(boxes["answer"]?.[0]?.["reply"], { text: "hello" }),
  },

  "several rounds follow one another": {
    comes: { answer: ["first, second, third"], completed: 1 },
    modelCalls: 4,
  },

  "parallel calls are answered out of order": {
    comes: { answered: ["fast", "middle", "slow"], answer: ["slow, middle, fast"], completed: 1 },
    modelCalls: 2,
  },

  "calls of one function come back in their order": {
    comes: { answer: ["150, 75, 0"], completed: 1 },
    modelCalls: 2,
    check: ({ boxes }) => assert.deepEqual(boxes["answer"]?.[0]?.["toolOutputs"], { lookup: [150, 75, 0] }),
  },

  "a call is a message of its own": {
    comes: { call: [{ x: 1 }, { x: 2 }], answer: ["done"], completed: 1 },
    modelCalls: 2,
    check({ boxes: { call: calls = [], answer: answers = [] } }) {
      for (const { topic, customer, toolCall, thread, assistant, run } of calls) {
        assert.deepEqual([topic, customer], ["lookup", 7]);
        assert.ok(isObject(toolCall));
        assert.deepEqual([toolCall["function"], toolCall["round"]], ["lookup", 1]);
        assert.deepEqual([thread, assistant, run], [undefined, undefined, undefined]);
      }
      assert.equal(new Set([...calls, ...answers].map((msg) => msg._msgid)).size, 3);
    },
  },

  "outputs that are no text go to the model as JSON and Buffers of text as text": {
    comes: { answer: ['{"a":1} 1.5 ok [true,null]'], completed: 1 },
    modelCalls: 2,
  },

  "an output of nothing at all is an error for the model": {
    comes: { answer: ['{"error":"The function lookup gave no answer."}'], completed: 1 },
    modelCalls: 2,
    logs: [/^The function lookup gave no answer/],
  },

  "an output that goes in circles is an error for the model": {
    comes: {
      answer: [/"error":"The function lookup gave an answer that cannot be written as JSON/],
      completed: 1,
    },
    modelCalls: 2,
    logs: [/^The answer of the function lookup cannot be written as JSON/],
  },

  "an output that is too long is an error for the model": {
    comes: { answer: [/"error":.*lookup/], completed: 1 },
    modelCalls: 2,
    logs: [/lookup/],
  },

  "an http client gets the answer to its own question": {
    async play({ url }) {
      const cities = ["Paris", "Rome"];
      const answers = cities.map(async (city) => (await fetch(`${url}/ask?city=${city}`)).text());
      assert.deepEqual(await Promise.all(answers), ["Paris has Paris", "Rome has Rome"]);
    },
    comes: { answer: 2, completed: 2 },
    modelCalls: 4,
  },

  "a question of no text is asked as JSON": {
    comes: { answer: ["from elsewhere"], completed: 1 },
    modelCalls: 1,
  },
});

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
