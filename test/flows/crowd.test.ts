import assert from "node:assert/strict";
import { flowTable } from "./harness/flow-table.ts";

const QUESTIONS = 200;
const THREADS = 20;
const LIMIT_MS = 100_000;
const LARGEST_GROWTH = 50_000_000;

flowTable("crowd", {
  "two hundred questions on twenty threads get one answer each": {
    async play(flow) {
      const before = await flow.heapInUse();
      await flow.press("ask");
      await flow.arrived("answer", QUESTIONS, LIMIT_MS);
      await flow.over();
      const grown = (await flow.heapInUse()) - before;
      assert.ok(grown < LARGEST_GROWTH, `The heap has grown by ${grown} bytes.`);
    },
    comes: { answer: QUESTIONS, completed: QUESTIONS, thrown: 40 },
    modelCalls: 2 * QUESTIONS,
    logs: Array(60).fill(/^The function (left|right) (failed|gave no answer)/),
    check({ boxes: { answer: answers = [] } }) {
      for (const { payload, number } of answers) assert.equal(payload, `answer to ${number}`);
      const numbers = answers.map(({ number }) => Number(number));
      assert.equal(new Set(numbers).size, QUESTIONS);
      for (let thread = 0; thread < THREADS; thread += 1) {
        const order = numbers.filter((number) => number % THREADS === thread);
        assert.deepEqual(
          order,
          order.toSorted((left, right) => left - right),
          `the order on thread ${thread}`,
        );
      }
    },
  },
});
