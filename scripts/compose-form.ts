/**
 * Makes a node's form whole: puts in the parts of `nodes/forms` that it names.
 *
 * The editor could load shared scripts from `resources/`, but it waits for each and takes none that fails: one lost
 * answer leaves the whole editor at "Loading nodes". What is put in here arrives together with the form.
 */

/** `<!-- part: name.html key="value" -->` or `// part: name.js`, on a line of its own. */
const MARK = /^( *)(?:<!--|\/\/) part: ([\w-]+\.(?:html|js))((?: \w+="[^"]*")*)(?: -->)?$/gm;

/** The form with its parts; a part knows its node's name, for the texts, and what its mark says. */
export function composeForm(form: string, node: string, readPart: (name: string) => string): string {
  return form.replace(MARK, (_mark, indent: string, name: string, written: string) => {
    const values = new Map([["node", node], ...valuesOf(written)]);
    const part = fill(readPart(name), name, values);
    return indented(withoutExports(part), indent);
  });
}

function valuesOf(written: string): [string, string][] {
  return Array.from(written.matchAll(/(\w+)="([^"]*)"/g), ([, key = "", value = ""]) => [key, value]);
}

function fill(part: string, name: string, values: ReadonlyMap<string, string>): string {
  return part.replace(/\{\{(\w+)\}\}/g, (_place, key: string) => {
    const value = values.get(key);
    if (value === undefined) throw new Error(`The part ${name} needs ${key}="…" where it is named.`);
    return value;
  });
}

/** A part is a module only so that it can be checked by itself. */
function withoutExports(part: string): string {
  return part.replace(/^export /gm, "");
}

function indented(part: string, indent: string): string {
  return part.trimEnd().replace(/^(?=.)/gm, indent);
}
