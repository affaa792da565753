import assert from "node:assert/strict";
import { between, flowTable, readFlow } from "./harness/flow-table.ts";
import type { DeployKind } from "./harness/protocol.ts";
import type { Scenario } from "./harness/scenario.ts";

/** Asks, and does the rest when the tool has the call. */
const whileTheToolWorks = (then: (flow: Scenario) => Promise<void>) => async (flow: Scenario) => {
  await flow.press("ask");
  await flow.arrived("hold");
  await then(flow);
};

/** The flow of a row with some of a node's fields changed; null takes the node away. */
function changed(rule: string, name: string, fields: object | null) {
  return readFlow("restart", rule).flatMap((node) => {
    if (node.name !== name) return [node];
    return fields === null ? [] : [{ ...node, ...fields }];
  });
}

const deploy = (rule: string, name: string, fields: object | null, kind: DeployKind) =>
  whileTheToolWorks((flow) => flow.deploy(changed(rule, name, fields), kind));

/** The tool answers the nth call that came to it. */
async function answer(flow: Scenario, nth: number, payload = "it"): Promise<void> {
  await flow.send("run", { ...(await flow.arrived("hold", nth)), payload });
}

async function restart(flow: Scenario): Promise<void> {
  await flow.kill();
  await flow.start();
}

async function askThree(flow: Scenario): Promise<void> {
  await flow.press("open");
  await flow.arrived("opened");
  for (const name of ["first", "second", "third"]) await flow.press(name);
  await flow.arrived("hold");
}

const CANCEL_BY_DEPLOY = "a deploy cancels the open runs of a node that is to cancel them";
const CANCEL_ANEW = "a node that is deployed anew cancels its open run";
const OTHER_NODES = "a deploy of other nodes leaves an open run alone";
const OTHER_TAB = "a deploy of another tab leaves an open run alone";
const REMOVED = "a removed node cancels its open run though it was to take it up";
const RESUME_BY_DEPLOY = "a deploy takes an open run up again";
const RESUME_ANEW = "a node that is deployed anew takes its open run up again";

flowTable("restart", {
  [CANCEL_BY_DEPLOY]: {
    play: deploy(CANCEL_BY_DEPLOY, "hold", {}, "full"),
    comes: { hold: 1 },
    modelCalls: 1,
  },

  [CANCEL_ANEW]: {
    play: deploy(CANCEL_ANEW, "run", { toolTimeout: 50 }, "nodes"),
    comes: { hold: 1 },
    modelCalls: 1,
  },

  [OTHER_NODES]: {
    async play(flow) {
      await deploy(OTHER_NODES, "other", { func: "return null;" }, "nodes")(flow);
      await answer(flow, 1);
    },
    comes: { hold: 1, answer: ["found it"], completed: 1 },
    modelCalls: 2,
  },

  [OTHER_TAB]: {
    async play(flow) {
      await deploy(OTHER_TAB, "elsewhere", { func: "return null;" }, "flows")(flow);
      await answer(flow, 1);
    },
    comes: { hold: 1, answer: ["found it"], completed: 1 },
    modelCalls: 2,
  },

  [REMOVED]: {
    play: deploy(REMOVED, "run", null, "nodes"),
    comes: { hold: 1 },
    modelCalls: 1,
  },

  "a deploy sends away the questions that wait for their turn": {
    async play(flow) {
      await askThree(flow);
      await flow.deploy(readFlow("restart", "a deploy sends away the questions that wait for their turn"));
    },
    comes: { opened: 1, hold: 1 },
    modelCalls: 1,
  },

  [RESUME_BY_DEPLOY]: {
    async play(flow) {
      await deploy(RESUME_BY_DEPLOY, "hold", {}, "full")(flow);
      await answer(flow, 2);
    },
    comes: { hold: 2, answer: ["found it"], completed: 1 },
    modelCalls: 2,
  },

  [RESUME_ANEW]: {
    async play(flow) {
      await deploy(RESUME_ANEW, "run", { toolTimeout: 50 }, "nodes")(flow);
      await answer(flow, 2);
    },
    comes: { hold: 2, answer: ["found it"], completed: 1 },
    modelCalls: 2,
  },

  "a deploy keeps the answers that were given": {
    async play(flow) {
      await flow.press("ask");
      await flow.arrived("hold", 2);
      await answer(flow, 1, "one");
      await flow.deploy(readFlow("restart", "a deploy keeps the answers that were given"));
      await answer(flow, 3, "two");
    },
    comes: { hold: [{ x: 1 }, { x: 2 }, { x: 2 }], answer: ["one, two"], completed: 1 },
    modelCalls: 2,
  },

  "a deploy keeps the questions that wait for their turn": {
    async play(flow) {
      await askThree(flow);
      await flow.deploy(readFlow("restart", "a deploy keeps the questions that wait for their turn"));
      await answer(flow, 2);
    },
    comes: { opened: 1, hold: 2, answer: ["first it", "second", "third"], completed: 3 },
    modelCalls: 4,
  },

  "a kill while a tool works and the next start cancels the run": {
    play: whileTheToolWorks(restart),
    comes: { hold: 1 },
    modelCalls: 1,
  },

  "a kill while a tool works and the next start asks the tool again": {
    async play(flow) {
      await whileTheToolWorks(restart)(flow);
      await answer(flow, 2);
    },
    comes: { hold: 2, answer: ["found it"], completed: 1 },
    modelCalls: 2,
  },

  "an answer from outside after a kill is the answer to its call": {
    async play(flow) {
      await whileTheToolWorks(restart)(flow);
      await answer(flow, 1);
      await flow.arrived("answer");
    },
    // The call may leave again before the answer is there.
    comes: { hold: between(1, 2), answer: ["found it"], completed: 1 },
    modelCalls: 2,
  },

  // A built-in model that is cut off is asked once more.
  "a kill while the model speaks and the next start cancels the run": {
    async play(flow) {
      await flow.press("ask");
      await flow.modelCalled();
      await restart(flow);
    },
    comes: {},
    modelCalls: between(1, 2),
  },

  "a kill while the model speaks and the next start has the answer": {
    async play(flow) {
      await flow.press("ask");
      await flow.modelCalled();
      await restart(flow);
    },
    comes: { answer: [/^1 2 .* 38 39$/], completed: 1 },
    modelCalls: between(1, 2),
  },

  "a kill in the second round and the next start keeps the first": {
    async play(flow) {
      await flow.press("ask");
      await answer(flow, 1, "one");
      await flow.arrived("hold", 2);
      await restart(flow);
      await answer(flow, 3, "two");
    },
    comes: { hold: [{ x: 1 }, { x: 2 }, { x: 2 }], answer: ["one, two"], completed: 1 },
    modelCalls: 3,
    check({ boxes }) {
      assert.deepEqual(boxes["answer"]?.[0]?.["toolOutputs"], { lookup: ["one", "two"] });
    },
  },

  "a kill with questions that wait and the next start asks them in order": {
    async play(flow) {
      await askThree(flow);
      await restart(flow);
      await answer(flow, 2);
    },
    comes: { opened: 1, hold: 2, answer: ["first it", "second", "third"], completed: 3 },
    modelCalls: 4,
  },

  "a kill with questions that wait and the next start cancels the run": {
    async play(flow) {
      await askThree(flow);
      await restart(flow);
    },
    comes: { opened: 1, hold: 1 },
    modelCalls: 1,
  },

  "a kill while an assistants tool asks another and the next start asks it again": {
    async play(flow) {
      await whileTheToolWorks(restart)(flow);
      await flow.send("inner", { ...(await flow.arrived("hold", 2)), payload: "it" });
    },
    comes: { hold: 2, answer: ["outer inner it"], completed: 1 },
    // Two before, and from the inner question on again.
    modelCalls: 5,
  },

  "a kill at any moment and every question has one answer or its run is cancelled": {
    async play(flow) {
      for (const calls of [1, 8, 15]) {
        const before = flow.asked.length;
        await flow.press("ask");
        await flow.modelCalled(before + calls);
        await restart(flow);
        // Whatever the model was asked has its answer; of a question that came to nothing nobody heard.
        await flow.over();
        await flow.until("an answer to each question", () => unanswered(flow).length === 0);
      }
    },
    comes: { answer: between(1, 33), completed: between(1, 33) },
    modelCalls: between(24, 90),
  },

  "a killed Node-RED comes up and answers a new question": {
    async play(flow) {
      await flow.press("first");
      await flow.arrived("hold");
      await restart(flow);
      await flow.press("second");
    },
    comes: { hold: 1, answer: ["back again"], completed: 1 },
    modelCalls: 2,
  },
});

function unanswered(flow: Scenario): string[] {
  const answers = new Set((flow.boxes["answer"] ?? []).map(({ payload }) => payload));
  return flow.asked.filter((question) => {
    const [, number] = /say (\d+)/.exec(question) ?? [];
    return !answers.has(`${number} found`);
  });
}
