import { contractError } from "./errors.ts";
import { type Operation, type OperationName, operations, streamOf } from "./operations.ts";

/**
 * On the wire the field `stream` chooses between an answer and a stream; in a program the method does.
 * @throws ContractError `stream_by_method` where the two say different things
 */
export function checkStreamField(name: OperationName, stream: unknown): void {
  const { streams }: Operation = operations[name];
  const other = streams ? stream === false && streams : stream === true && streamOf(name);
  if (other) throw contractError("stream_by_method", { param: "stream", method: other });
}
