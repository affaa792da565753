import type { AssistantsApi, Method, StreamMethod } from "./api.ts";
import { type AnswerName, answerNames, operationNames, type StreamName, streamNames } from "./operations.ts";

function isWhole(methods: object): methods is AssistantsApi {
  return operationNames.every((name) => name in methods);
}

/** An implementation of the whole API, made row by row: each operation is asked for once. */
export function implementApi(
  answer: <Name extends AnswerName>(name: Name) => Method<Name>,
  stream: <Name extends StreamName>(name: Name) => StreamMethod<Name>,
): AssistantsApi {
  const methods = Object.fromEntries([
    ...answerNames.map((name) => [name, answer(name)]),
    ...streamNames.map((name) => [name, stream(name)]),
  ]);
  if (!isWhole(methods)) throw new TypeError("An operation of the contract has no implementation.");
  return methods;
}
