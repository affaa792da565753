import assert from "node:assert/strict";
import { resumePoint } from "../../../nodes/questions/resume-point.ts";
import type { Run, RunToolCall } from "../../../src/contract/objects.ts";
import { sampleRun } from "../../service/sample-objects.ts";
import { called } from "./tool-calls.ts";

const waitingFor = (...tool_calls: RunToolCall[]): Run =>
  sampleRun({
    status: "requires_action",
    required_action: { type: "submit_tool_outputs", submit_tool_outputs: { tool_calls } },
  });
const noted = (round: number, id: string, payload: unknown) => ({
  round,
  call: called(id),
  answer: { payload },
});

describe("where a run stands whose question was left", () => {
  it("is before its first round where nothing has been answered", () => {
    const { round, earlier, given } = resumePoint(waitingFor(called("a")), { round: 1, answers: [] });
    assert.deepEqual([round, earlier, given.size], [1, [], 0]);
  });

  it("is in the round whose calls have in part been answered", () => {
    const point = resumePoint(waitingFor(called("b"), called("c")), {
      round: 2,
      answers: [noted(1, "a", 1), noted(2, "b", 2)],
    });
    assert.equal(point.round, 2);
    assert.deepEqual(point.earlier, [{ call: called("a"), answer: { payload: 1 } }]);
    assert.deepEqual([...point.given], [["b", { payload: 2 }]]);
  });

  it("is before the next round where the last one's answers are in", () => {
    const point = resumePoint(waitingFor(called("b")), { round: 1, answers: [noted(1, "a", 1)] });
    assert.deepEqual([point.round, point.earlier.length, point.given.size], [2, 1, 0]);
  });

  it("is after the last round where the run works, or has ended", () => {
    for (const status of ["queued", "in_progress", "completed", "failed"] as const) {
      const point = resumePoint(sampleRun({ status }), {
        round: 2,
        answers: [noted(1, "a", 1), noted(2, "b", 2)],
      });
      assert.deepEqual([point.round, point.earlier.length, point.given.size], [3, 2, 0]);
    }
  });

  it("is in its round by number where a server numbers its calls alike in each", () => {
    const point = resumePoint(waitingFor(called("a")), { round: 2, answers: [noted(1, "a", "old")] });
    assert.deepEqual([point.round, point.earlier.length, point.given.size], [2, 1, 0]);
  });
});
