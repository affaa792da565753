/** The project's source files and what each imports, read as text. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

export const ROOT = dirname(dirname(import.meta.dirname));

export interface Import {
  /** The importing file, from the root. */
  from: string;
  /** A file from the root, or the name of a package. */
  to: string;
  isPackage: boolean;
  /** Erased when compiled: it costs nothing at run time. */
  typeOnly: boolean;
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^;"']*?\sfrom\s+)?"([^"]+)"|import\("([^"]+)"\)/g;

export function sourceFiles(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(folder, name)),
  );
}

export function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  return Array.from(text.matchAll(IMPORT), ([, type, named, dynamic]) => {
    const specifier = named ?? dynamic ?? "";
    const isPackage = !specifier.startsWith(".");
    const to = isPackage ? packageOf(specifier) : relative(ROOT, join(ROOT, dirname(file), specifier));
    return { from: file, to, isPackage, typeOnly: type !== undefined };
  });
}

function packageOf(specifier: string): string {
  if (specifier.startsWith("node:")) return specifier;
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? "");
}
