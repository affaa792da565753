/**
 * How objects cross to the worker and back: as the JSON text that the database keeps. Only flat data crosses,
 * so no object can be too deep for the crossing, and the worker neither writes nor reads JSON.
 */
import { type Kind, kinds } from "./kinds.ts";
import type { Change } from "./store.ts";

/** An object as a row: its columns' values in the order of the table of kinds, times last. */
export interface RowContent {
  id: string;
  object: string;
  internal: string;
  columns: (string | number | null)[];
}

export interface StoredRow {
  object: string;
  internal: string;
  version: number;
}

/** A change with its object as a row. */
export type RowChange =
  | { insert: Kind; row: RowContent }
  | { replace: Kind; row: RowContent; version: number }
  | { delete: Kind; id: string }
  | { expect: Kind; id: string }
  | { idle: string };

export function toRowChange(change: Change): RowChange {
  if ("insert" in change) {
    return { insert: change.insert, row: toRow(change.insert, change.object, change.internal) };
  }
  if ("replace" in change) {
    const row = toRow(change.replace, change.object, change.internal);
    return { replace: change.replace, row, version: change.from.version };
  }
  return change;
}

function toRow(kind: Kind, object: { id: string }, internal: unknown): RowContent {
  const fields = new Map<string, unknown>([...Object.entries(internal ?? {}), ...Object.entries(object)]);
  const columns = kinds[kind].columns.map((column) => {
    const value = fields.get(column);
    return typeof value === "string" ? value : null;
  });
  const times = kinds[kind].times.map((column) => {
    const value = fields.get(column);
    return typeof value === "number" ? value : null;
  });
  const row = { id: object.id, columns: [...columns, ...times] };
  return { ...row, object: JSON.stringify(object), internal: JSON.stringify(internal) };
}
