import assert from "node:assert/strict";
import { textOfFile } from "../../src/retrieval/reading/text-of-file.ts";
import { UnreadableFile } from "../../src/retrieval/reading/unreadable-file.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);
const utf16 = (text: string) => Buffer.from(text, "utf16le");

function codeOf(name: string, content: Uint8Array): string {
  try {
    return `read: ${textOfFile(name, content)}`;
  } catch (error) {
    assert.ok(error instanceof UnreadableFile);
    return error.code;
  }
}

describe("the text of a file", () => {
  const READ: [kind: string, name: string, content: Uint8Array, text: string][] = [
    ["UTF-8", "a.txt", Buffer.from("Größe 蘋果"), "Größe 蘋果"],
    ["UTF-8 with a mark", "a.txt", Buffer.from("\ufeffGröße"), "Größe"],
    ["UTF-16 with a mark", "a.txt", utf16("\ufeffGröße"), "Größe"],
    ["UTF-16 without a mark", "a.txt", utf16("apple and banana"), "apple and banana"],
    ["UTF-16, the other way round", "a.txt", utf16("apple and banana").swap16(), "apple and banana"],
    ["Windows' Latin", "a.txt", bytes(0x47, 0x72, 0xf6, 0xdf, 0x65), "Größe"],
    ["Korean of old", "a.txt", bytes(0xbb, 0xe7, 0xb0, 0xfa, 0xb4, 0xc2), "사과는"],
    ["lines of Windows", "a.csv", Buffer.from("a,b\r\n1,2\r\n"), "a,b\n1,2\n"],
    ["JSON", "a.json", Buffer.from('{"apple":1}'), '{"apple":1}'],
    ["source code", "a.py", Buffer.from("def apple(): pass"), "def apple(): pass"],
    ["a name without an end", "README", Buffer.from("apple"), "apple"],
  ];
  for (const [kind, name, content, text] of READ) {
    it(`is read from ${kind}`, () => assert.equal(textOfFile(name, content), text));
  }

  it("is what a reader of a web page sees", () => {
    const page = `<!doctype html><html><head><title>Fruit &amp; more</title><style>p{}</style></head>
      <body><script>if (a < b) alert("x")</script><h1 title="a > b">Apples</h1><p>They cost&nbsp;5&#8364;, 3 &lt; 4.
      <table><tr><td>one</td><td>two</td></tr></table><!-- hidden --></body></html>`;
    assert.equal(
      textOfFile("a.html", Buffer.from(page)),
      "Fruit & more\n\nApples\n\nThey cost 5€, 3 < 4.\n\none two",
    );
  });

  it("is decoded as a web page says", () => {
    const page = Buffer.concat([
      Buffer.from('<meta charset="windows-1252"><p>Gr'),
      bytes(0xf6),
      Buffer.from("sse"),
    ]);
    assert.equal(textOfFile("a.html", page), "Grösse");
  });

  const REFUSED: [kind: string, name: string, content: Uint8Array, code: string][] = [
    ["a binary named .txt", "a.txt", bytes(0x89, 0x50, 0x4e, 0x47, 0, 0, 1, 2, 3, 0xff), "invalid_file"],
    ["an empty file", "a.txt", bytes(), "invalid_file"],
    ["a picture", "a.png", bytes(1), "unsupported_file"],
    ["a PDF", "a.PDF", Buffer.from("%PDF"), "unsupported_file"],
    ["an archive", "a.tar.gz", bytes(1), "unsupported_file"],
  ];
  for (const [kind, name, content, code] of REFUSED) {
    it(`is not to be had of ${kind}`, () => assert.equal(codeOf(name, content), code));
  }

  it("is not searched for hours in a page of nothing but brackets", () => {
    const began = performance.now();
    textOfFile("a.html", Buffer.from(`x${"<a ".repeat(200_000)}`));
    assert.ok(performance.now() - began < 5000);
  });
});
