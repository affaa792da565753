/** Changes that are asked for, and in doubt while nobody has answered. */
import type { Known } from "./ledger.ts";

/** Until it is answered, the object may look as before or as changed. */
export async function change<T>(
  known: Known<T> | undefined,
  changed: (now: T) => T,
  ask: () => Promise<T>,
): Promise<void> {
  if (!known) return;
  known.versions = known.versions.flatMap((now) => [now, changed(now)]);
  known.versions = [await ask()];
}

/** Until it is answered, the object may be there or not. */
export async function remove<T>(
  all: Map<string, Known<T>>,
  id: string | undefined,
  ask: (id: string) => Promise<unknown>,
): Promise<void> {
  const known = id === undefined ? undefined : all.get(id);
  if (id === undefined || !known) return;
  known.deleted = "maybe";
  await ask(id);
  known.deleted = "yes";
}
