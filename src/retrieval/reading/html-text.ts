/** What a reader of a web page reads, without its markup. It is no browser: what is broken is read as far as it goes. */

/** Their content is for the browser. */
const HIDDEN = ["script", "style", "template", "noscript", "svg", "iframe", "object"];

/** Around these a line ends. */
const BLOCKS = new Set(
  "address article aside blockquote br caption dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html body legend li main nav ol p pre section summary table tbody tfoot thead title tr ul option".split(
    " ",
  ),
);

/** Between these stands a space. */
const CELLS = new Set(["td", "th"]);

const ENTITIES: Readonly<Record<string, string>> = {
  ...{
    amp: "&",
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
    nbsp: " ",
    shy: "",
    ensp: " ",
    emsp: " ",
    thinsp: " ",
  },
  ...{
    ndash: "–",
    mdash: "—",
    hellip: "…",
    bull: "•",
    middot: "·",
    times: "×",
    divide: "÷",
    deg: "°",
    euro: "€",
  },
  ...{ lsquo: "‘", rsquo: "’", sbquo: "‚", ldquo: "“", rdquo: "”", bdquo: "„", laquo: "«", raquo: "»" },
  ...{ copy: "©", reg: "®", trade: "™", sect: "§", para: "¶", pound: "£", yen: "¥", cent: "¢", plusmn: "±" },
  ...{ auml: "ä", ouml: "ö", uuml: "ü", Auml: "Ä", Ouml: "Ö", Uuml: "Ü", szlig: "ß", euml: "ë", iuml: "ï" },
  ...{ agrave: "à", aacute: "á", acirc: "â", atilde: "ã", aring: "å", aelig: "æ", ccedil: "ç", ntilde: "ñ" },
  ...{ egrave: "è", eacute: "é", ecirc: "ê", igrave: "ì", iacute: "í", icirc: "î", oslash: "ø", Eacute: "É" },
  ...{ ograve: "ò", oacute: "ó", ocirc: "ô", otilde: "õ", ugrave: "ù", uacute: "ú", ucirc: "û", Aring: "Å" },
};

export function textOfHtml(html: string): string {
  const pieces: string[] = [];
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf("<", at);
    if (open < 0) break;
    pieces.push(html.slice(at, open));
    at = afterMarkup(html, open, pieces);
  }
  pieces.push(html.slice(at));
  return decoded(pieces.join(""))
    .replace(/[ \t\r\f\v]+/g, " ")
    .replace(/ ?\n ?/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** The place behind what begins with this `<`; a `<` that begins nothing is text. */
function afterMarkup(html: string, open: number, pieces: string[]): number {
  if (html.startsWith("<!--", open)) return behind(html, "-->", open + 4);
  if (/[!?]/.test(html.charAt(open + 1))) return behind(html, ">", open + 1);
  const [, slash = "", name = ""] = /^<(\/?)([a-zA-Z][^\s/>]*)/.exec(html.slice(open, open + 40)) ?? [];
  if (name === "") {
    pieces.push("<");
    return open + 1;
  }
  const tag = name.toLowerCase();
  const end = endOfTag(html, open);
  if (BLOCKS.has(tag)) pieces.push("\n");
  else if (CELLS.has(tag)) pieces.push(" ");
  return slash === "" && HIDDEN.includes(tag) ? closing(html, tag, end) : end;
}

function behind(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found < 0 ? html.length : found + mark.length;
}

/** Quotes may hold a `>`. */
function endOfTag(html: string, open: number): number {
  const tag = /[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>/y;
  tag.lastIndex = open;
  const match = tag.exec(html);
  return match ? open + match[0].length : behind(html, ">", open);
}

function closing(html: string, tag: string, from: number): number {
  const end = new RegExp(`</${tag}[^>]*>`, "gi");
  end.lastIndex = from;
  const match = end.exec(html);
  return match ? match.index + match[0].length : html.length;
}

const decoded = (text: string) =>
  text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,8}));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[String(name)] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
      ? String.fromCodePoint(code)
      : "";
  });
