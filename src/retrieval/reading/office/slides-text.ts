import { type Relation, relationsOf, scanPart } from "./office-document.ts";
import { Paragraphs } from "./paragraphs.ts";
import { attribute } from "./scan-xml.ts";
import type { ZipArchive } from "./zip-archive.ts";

/** The text of a presentation: its slides in the order in which they are shown, each with its notes. */
export function textOfSlides(archive: ZipArchive, main: string): string {
  const slides: Relation[] = [];
  const relations = new Map(relationsOf(archive, main).map((relation) => [relation.id, relation]));
  scanPart(archive, main, {
    open(name, attributes) {
      const slide = name === "sldId" ? relations.get(relationId(attributes)) : undefined;
      // A list that names one slide a million times is a bomb.
      if (slide && relations.delete(slide.id)) slides.push(slide);
    },
  });
  return slides.map(({ name }) => textOfSlide(archive, name)).join("\n\n");
}

function textOfSlide(archive: ZipArchive, slide: string): string {
  const notes = relationsOf(archive, slide).find(({ type }) => type === "notesSlide");
  return [slide, notes?.name].map((part) => paragraphsOf(archive, part)).join("\n");
}

function paragraphsOf(archive: ZipArchive, part: string | undefined): string {
  const paragraphs = new Paragraphs();
  scanPart(archive, part, paragraphs);
  return paragraphs.toString();
}

/** The slide's own number stands beside it, under the same name. */
const relationId = (attributes: string) => attribute(attributes.replace(/(^|\s)id\s*=/, " "), "id") ?? "";
