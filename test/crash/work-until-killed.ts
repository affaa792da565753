/** Clients at work, and the death of the service that ends it. */
import { setTimeout as pause } from "node:timers/promises";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { ContractError } from "../../src/contract/errors.ts";
import type { ServiceProcess } from "../cli/service-process.ts";
import type { Choices } from "./choices.ts";

/** The service died before it answered: nobody knows what it has done. */
export const LOST = ["connection_failed", "stream_broken", "unreadable_answer"];

/** Works until the service is gone; rejects when it answers what it must not. */
export interface Worker {
  /** @param onDone told of each operation that was answered */
  work(onDone: () => void): Promise<void>;
}

/** After how many operations of all workers the service is killed, and how long into the next, at the most. */
interface Kill {
  maxOperations: number;
  maxIntoNextMs: number;
}

/** Workers, each over a connection of its own; counted in operations, so that a slow machine is no easier. */
export async function workUntilKilled(
  service: ServiceProcess,
  choices: Choices,
  { maxOperations, maxIntoNextMs }: Kill,
  workers: readonly ((api: AssistantsApi) => Worker)[],
): Promise<void> {
  const connections = workers.map(() => service.connect());
  const enough = Promise.withResolvers<void>();
  let left = choices.below(maxOperations);
  const onDone = () => {
    left -= 1;
    if (left < 0) enough.resolve();
  };
  const working = workers.map((worker, index) => worker(connections[index]?.api ?? service.api).work(onDone));
  await Promise.race([enough.promise, ...working]);
  await pause(choices.below(maxIntoNextMs));
  await service.kill();
  await Promise.all(working);
  await Promise.all(connections.map((connection) => connection.close()));
}

/** Operations at random with short pauses, until the service is gone. */
export async function workAtRandom(
  operations: readonly (() => Promise<void>)[],
  choices: Choices,
  maxPauseMs: number,
  onDone: () => void,
): Promise<void> {
  for (;;) {
    try {
      await choices.pick(operations)?.();
      onDone();
    } catch (error) {
      if (error instanceof ContractError && LOST.includes(error.code)) return;
      throw error;
    }
    await pause(choices.below(maxPauseMs));
  }
}
