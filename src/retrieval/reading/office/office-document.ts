/** How the parts of an office document (Word, PowerPoint, Excel since 2007) hang together. */
import { posix } from "node:path";
import { attribute, scanXml, type XmlReader } from "./scan-xml.ts";
import type { ZipArchive } from "./zip-archive.ts";

export type OfficeKind = "word" | "slides" | "sheets";

/** What the main part of each kind is called, with or without macros, templates and shows among them. */
const MAIN_TYPES: readonly [kind: OfficeKind, type: RegExp][] = [
  ["word", /(wordprocessingml|ms-word)\..*main\+xml$/i],
  ["slides", /(presentationml|ms-powerpoint)\..*main\+xml$/i],
  ["sheets", /(spreadsheetml|ms-excel)\..*main\+xml$/i],
];

export interface MainPart {
  kind: OfficeKind;
  name: string;
}

/** The part that a document begins with; null where the archive is something else. */
export function mainPart(archive: ZipArchive): MainPart | null {
  let main: MainPart | null = null;
  scanPart(archive, "[Content_Types].xml", {
    open(name, attributes) {
      if (name !== "Override" || main) return;
      const type = attribute(attributes, "ContentType") ?? "";
      const kind = MAIN_TYPES.find(([, pattern]) => pattern.test(type))?.[0];
      const part = attribute(attributes, "PartName")?.replace(/^\//, "");
      if (kind && part !== undefined) main = { kind, name: part };
    },
  });
  return main;
}

/** Another part that a part names. */
export interface Relation {
  id: string;
  /** The last word of its type, such as `slide`. */
  type: string;
  name: string;
}

export function relationsOf(archive: ZipArchive, part: string): Relation[] {
  const relations: Relation[] = [];
  const slash = part.lastIndexOf("/") + 1;
  const folder = part.slice(0, slash);
  scanPart(archive, `${folder}_rels/${part.slice(slash)}.rels`, {
    open(name, attributes) {
      const target = attribute(attributes, "Target");
      if (
        name !== "Relationship" ||
        target === undefined ||
        attribute(attributes, "TargetMode") === "External"
      )
        return;
      relations.push({
        id: attribute(attributes, "Id") ?? "",
        type: attribute(attributes, "Type")?.split("/").at(-1) ?? "",
        name: target.startsWith("/") ? target.slice(1) : posix.join(folder, target),
      });
    },
  });
  return relations;
}

/** Goes through a part, where the document has it. */
export function scanPart(archive: ZipArchive, name: string | undefined, reader: XmlReader): void {
  const part = name === undefined ? null : archive.read(name);
  if (part) scanXml(part, reader);
}
