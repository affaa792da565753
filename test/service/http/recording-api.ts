import type { AssistantsApi, CallOptions } from "../../../src/contract/api.ts";
import { implementApi } from "../../../src/contract/implement.ts";
import type { OperationName } from "../../../src/contract/operations.ts";

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
  respond: (call: Call) => Anything = ({ name }) => ({ object: name });

  readonly api: AssistantsApi = implementApi(
    (name): Anything =>
      async (parameters: object, options?: CallOptions) => {
        const call: Call = { name, parameters, signal: options?.signal };
        this.calls.push(call);
        return await this.respond(call);
      },
  );
}
