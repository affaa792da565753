/**
 * What a scripted model does, written in the question itself. One line, parts divided by ` / `, one part
 * for each model call of a run; the last part stands for all further calls.
 *
 *     call lookup {"x":1} + other {} / call third / say done
 *
 * - `call NAME ARGUMENTS`  calls a function; several in one step with ` + `. The arguments go out as they are
 *   written, be they JSON or not; without any, `{}`. A number before the name calls it that many times.
 * - `say TEXT`  answers. `{NAME}` in the text stands for what the function NAME returned in this run.
 * - `slowly TEXT`  says it a word at a time.
 * - `hang TEXT`  says it and then nothing more, until it is stopped.
 * - `fail TEXT`  throws.
 *
 * ` || ` divides what the model does when the same question is asked again: `fail today || say done`.
 * What stands in quotation marks is never divided, so that an argument can be the script of another model.
 */

export interface ScriptedCall {
  name: string;
  arguments: string;
}

export type Part =
  | { does: "call"; calls: ScriptedCall[] }
  | { does: "say" | "slowly" | "hang" | "fail"; text: string };

/** What the model does when it is asked for the nth time, and has had so many rounds of outputs. */
export function partOf(question: string, attempt: number, round: number): Part {
  const attempts = divide(question, " || ");
  const parts = divide(attempts[Math.min(attempt, attempts.length) - 1] ?? "", " / ");
  return readPart((parts[Math.min(round, parts.length - 1)] ?? "").trim());
}

function readPart(written: string): Part {
  const [, verb = "", text = ""] = /^(\w+)\s*(.*)$/s.exec(written) ?? [];
  if (verb === "call") return { does: verb, calls: divide(text, " + ").flatMap(readCalls) };
  if (verb === "say" || verb === "slowly" || verb === "hang" || verb === "fail") return { does: verb, text };
  throw new Error(`The scripted model cannot read "${written}".`);
}

function readCalls(written: string): ScriptedCall[] {
  const [, count = "1", name = "", given = ""] = /^(?:(\d+) )?([\w-]+)\s*(.*)$/s.exec(written.trim()) ?? [];
  return Array.from({ length: Number(count) }, () => ({ name, arguments: given === "" ? "{}" : given }));
}

/** The pieces between dividers that stand outside quotation marks. */
function divide(text: string, divider: string): string[] {
  const pieces = [""];
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    if (!quoted && text.startsWith(divider, at)) {
      pieces.push("");
      at += divider.length - 1;
      continue;
    }
    const character = text.charAt(at);
    const escaped = quoted && character === "\\";
    if (character === '"') quoted = !quoted;
    pieces.push(`${pieces.pop()}${escaped ? text.slice(at, at + 2) : character}`);
    if (escaped) at += 1;
  }
  return pieces;
}
