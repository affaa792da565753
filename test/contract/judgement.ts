/** What the judge found, and what it must have seen: everything, and nothing excused without need. */
import assert from "node:assert/strict";
import { type Operation, operationNames, operations, pathParameters } from "../../src/contract/operations.ts";
import type { Judge } from "../conformance/judge.ts";

/** Stands behind everything that is judged. */
export function faultlessSuite(judge: Judge): void {
  it("is kept to by every request that was accepted, every answer, every error and every event", () => {
    assert.deepEqual(judge.takeComplaints(), []);
  });
}

export function judgementSuite(judge: Judge): void {
  it("has judged an answer of every operation", () => {
    const addressed = operationNames.map((name) => {
      const { method, path }: Operation = operations[name];
      const ids = pathParameters(path).reduce((filled, id) => filled.replace(`{${id}}`, "x"), path);
      return judge.operation(method, ids)?.id ?? `${method} ${path}, which the file does not have`;
    });
    assert.deepEqual(
      addressed.filter((id) => !judge.judged.has(id)),
      [],
    );
  });

  it("has judged every event of a stream", () => {
    assert.deepEqual(
      judge.events().filter((event) => !judge.judged.has(event)),
      [],
    );
  });

  it("has needed each contradiction that is listed", () => {
    assert.deepEqual(judge.unneeded(), []);
  });
}
