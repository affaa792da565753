/**
 * Words that stand in any question and any description, so that sharing one says nothing: question words,
 * articles, prepositions, pronouns, small adverbs, the verbs of reading and writing, the vocabulary of
 * descriptions. Greetings and thanks are not among them: a message that only greets is about nothing else.
 * A row is one kind of word; a row of another language leaves out what is a full word in English.
 */
const rows = [
  // English
  "what which who whom whose when where why how whether",
  "a an the this that these those there here it its",
  "i me my mine myself you your yours yourself he him his she her hers we us our ours they them their theirs",
  "someone anyone everyone something anything everything nothing thing stuff",
  "of in on at by for from to into onto with without about over under between during before after as per via than through",
  "and or but if then else so because while also too not no nor only just even still yet again already",
  "am is are was were be been being do does did doing done has have had having",
  "can could will would shall should may might must ought don doesn didn isn aren wasn weren won couldn wouldn shouldn hasn haven hadn ain",
  "like right now currently current please very much many more most less least some any all every each both either other another such same new",
  "one two three four five six seven eight nine ten",
  "get set list fetch retrieve return read find show display tell give provide take make create run use do try",
  "got gotten gave given told shown showed found took taken made used ran returned provided retrieved fetched listed created specified based",
  "getting giving telling showing finding taking making using returning providing retrieving fetching listing creating reading",
  "look check let want need know say see ask help handle perform allow go going gonna wanna",
  "function parameter argument value result response default optional required specific example eg ie etc",
  "data info information detail id up out off down",
  // German
  "der den dem des das ein eine einen einem einer eines ist sind sein wird werden habe haben",
  "diese dieser dieses diesem diesen sich auch als wenn noch nur dass daß doch schon sehr hatte hatten waren wurde wurden kein keine",
  "ich du er es wir ihr mich dich mir dir uns euch mein meine meinem meinen meiner dein deine deinem deinen deiner ihre unser unsere",
  "wie wo wer wann warum welche welcher welches welchen welchem wieviel viel viele",
  "und oder aber auf im am um zu zum zur von vom mit bei für aus nach über unter nicht gerade jetzt aktuell bitte",
  "gib gibt geben zeig zeige zeigt zeigen sagt sagen holt hole holen liefert liefern kann kannst können soll angegebene angegebenen",
  // French
  "le la les un une des du de au ce cette ces et ou mais dans sur avec sans chez en",
  "je tu il elle nous vous ils elles mon ma mes ta tes notre votre leur moi toi",
  "quel quelle quels quelles qui que quoi quand où comment pourquoi combien est sont suis être avoir fait",
  "donne donner montre montrer dis dire obtient obtenir retourne renvoie actuel actuelle maintenant",
  // Spanish, Portuguese, Italian
  "el los las una unos unas del al y o e en con sin por para mi mis tu tus su sus me te se lo",
  "qué que cuál cual cuáles quién quien cuándo cuando dónde donde cómo como cuánto cuánta cuántos está están es",
  "dime muestra muestre obtiene obtener devuelve devolver ahora actual dado dada",
  "as um uma do da no na nos nas com sem meu minha qual quais quem quando onde quanto são está agora",
  "il lo gli uno di nel nella della del che chi quando quanto quale quali sono mio mia adesso",
  // Japanese; what has two hiragana or fewer means nothing anyway
  "ください ありま あります ありません います いますか しますか でした ました ましょう なります される された している しています できる できま できます",
  "どんな どちら どなた どこか なぜ いくら いくつ いつも これら それら あなた わたし それぞれ という について における による として ための",
  "教え 教える 教えて 見せ 見せる 知り 知りたい 知る 返す 返し 返します 取得 表示 一覧 設定 指定 提供 現在 下さい お願い 願い 何か 何時 何個 何処 何故 今の 場合 以下 情報",
  // Chinese, simplified and traditional
  "什么 怎么 怎么样 怎样 哪里 哪儿 哪个 哪些 多少 几个 几点 为什么 如何 是否 请问 告诉 可以 能够 获取 返回 查询 列出 设置 显示 提供",
  "给定 指定 现在 当前 目前 我的 你的 他的 她的 我们 你们 他们 一个 一下 一些 这个 那个 这些 那些 这里 那里 以及 或者 但是 因为 所以 没有 还有 根据 使用 信息 数据",
  "什麼 怎麼 怎麼樣 怎樣 哪裡 哪個 幾個 幾點 為什麼 請問 告訴 能夠 獲取 查詢 設定 設置 顯示 現在 當前 這個 那個 這些 我們 你們 他們 一個 沒有 還有 根據 資訊 信息",
  // Korean, by the first two syllables
  "무엇 무슨 뭐야 뭔가 뭐가 어때 어떤 어떻 어디 언제 누구 누가 얼마 어느 몇시 몇개 지금 현재 나의 내가 너의 당신 우리 제가 저의 그것 이것 저것 여기 거기 저기",
  "알려 주세 해줘 해주 말해 보여 가져 반환 조회 설정 목록 제공 주어 지정 있는 있나 있어 있습 없어 없는 입니 합니 하는 하고 해서 인가 인지 이야 이에 예요 부탁 싶어 싶습 그리 하지 그래 또는 대한 위한 정보 에서 으로 있니",
];

/** Lower-case, as they are written; a Hangul word by its first two syllables. */
const stopWords: ReadonlySet<string> = new Set(rows.flatMap((row) => row.split(" ")));

const hangul = /^\p{Script=Hangul}/u;

/** Whether a word, in lower case and cut of everything else, says nothing of what a text is about. */
export function isStopWord(word: string): boolean {
  const [first = "", second = ""] = word;
  return stopWords.has(hangul.test(word) ? first + second : word);
}
