import { Readable } from "node:stream";
import type { AssistantsApi, CallOptions } from "../../../src/contract/api.ts";
import { implementApi } from "../../../src/contract/implement.ts";
import { type OperationName, operations } from "../../../src/contract/operations.ts";

/** Whatever a test wants the API to answer, right or wrong. */
type Anything = ReturnType<typeof JSON.parse>;

export interface Call {
  name: OperationName;
  parameters: object;
  signal: AbortSignal | undefined;
}

/** An API that notes its calls and does what the test says: `respond` may answer, wait or throw. */
export class RecordingApi {
  calls: Call[] = [];
  /** What it returns for a call that streams is iterated over. */
  respond: (call: Call) => Anything = ({ name }) => {
    const event = { event: "thread.created", data: { object: name } };
    if (operations[name].answer === "FileContent") {
      return {
        content: Readable.from([Buffer.from(name)]),
        type: "text/plain",
        bytes: name.length,
        name: "n.txt",
      };
    }
    return "streams" in operations[name] ? [event] : { object: name };
  };

  readonly api: AssistantsApi = implementApi(
    (name): Anything =>
      async (parameters: object, options?: CallOptions) =>
        await this.#respond({ name, parameters, signal: options?.signal }),
    (name): Anything =>
      (parameters: object, options?: CallOptions) =>
        this.#events({ name, parameters, signal: options?.signal }),
  );

  #respond(call: Call): Anything {
    this.calls.push(call);
    return this.respond(call);
  }

  async *#events(call: Call): AsyncGenerator<Anything> {
    yield* this.#respond(call);
  }
}
