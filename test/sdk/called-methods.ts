/** Which methods of one of the SDK's resources a suite has called, so that it can say that none was left out. */
import assert from "node:assert/strict";

export interface CalledMethods {
  /** Asserts that every method has been called, whoever called it. */
  assertAll(): void;
}

/** Listens to the methods of a resource, which stay what they are. */
export function watchMethods(resource: object): CalledMethods {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(resource));
  const left = new Set(names.filter((name) => name !== "constructor"));
  assert.ok(left.size > 0, "the resource has no methods");
  for (const name of [...left]) {
    const method: unknown = Reflect.get(resource, name);
    if (typeof method !== "function") throw new TypeError(`${name} is no method.`);
    const heard = (...given: unknown[]) => {
      left.delete(name);
      return Reflect.apply(method, resource, given);
    };
    Reflect.set(resource, name, heard);
  }
  return { assertAll: () => assert.deepEqual([...left], []) };
}
