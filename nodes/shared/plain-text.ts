/** What somebody says, from a field: text as it is, everything else as JSON; nothing at all is empty. */
export function asText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
