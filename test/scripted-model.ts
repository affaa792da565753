/** Models that say what a test wants: the real interface, nothing guessed. */
import type { Model, ModelEvent, ModelRequest } from "../src/models/model.ts";

/** One answer of a scripted model. */
export type Script = (request: ModelRequest, signal: AbortSignal) => AsyncIterable<ModelEvent>;

/** Asks the script of each call in turn; the last one answers all further calls. Keeps what it was asked. */
export class ScriptedModel implements Model {
  readonly requests: ModelRequest[] = [];
  readonly #scripts: readonly Script[];

  constructor(...scripts: Script[]) {
    this.#scripts = scripts;
  }

  generate(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent> {
    const script = this.#scripts[Math.min(this.requests.length, this.#scripts.length - 1)];
    if (!script) throw new Error("The scripted model has no script.");
    this.requests.push(request);
    return script(request, signal);
  }
}

const USAGE = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

/** Says the pieces and stops. */
export function says(...pieces: string[]): Script {
  return async function* () {
    for (const text of pieces) yield { type: "text_delta", text };
    yield { type: "usage", usage: USAGE };
    yield { type: "finish", reason: "stop" };
  };
}

/** Calls functions, all in one step; arguments are given as JSON is written. */
export function calls(...functions: { name: string; arguments?: string }[]): Script {
  return async function* () {
    for (const [index, { name, arguments: written = "{}" }] of functions.entries()) {
      yield { type: "tool_call_delta", index, name };
      yield { type: "tool_call_delta", index, arguments: written };
    }
    yield { type: "usage", usage: USAGE };
    yield { type: "finish", reason: "stop" };
  };
}

/** Keeps something for its next round, and calls a function. */
export function keeps(data: string, name: string): Script {
  return async function* (request, signal) {
    yield { type: "opaque", data };
    yield* calls({ name })(request, signal);
  };
}

/** Throws. */
export function fails(error: Error): Script {
  return async function* () {
    yield* [];
    throw error;
  };
}

/** Says the pieces and then nothing more until it is stopped; `stopped` is fulfilled when it has been. */
export function hangs(...pieces: string[]): {
  script: Script;
  started: Promise<void>;
  stopped: Promise<unknown>;
} {
  const started = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<unknown>();
  const script: Script = async function* (_request, signal) {
    for (const text of pieces) yield { type: "text_delta", text };
    started.resolve();
    await new Promise((_, reject) => {
      const stop = () => {
        stopped.resolve(signal.reason);
        reject(signal.reason);
      };
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop, { once: true });
    });
  };
  return { script, started: started.promise, stopped: stopped.promise };
}
