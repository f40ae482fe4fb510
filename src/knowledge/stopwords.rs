//! Words that say nothing, by language: they stand in every page and in every question, so they find everything.
//! Words that could be what a question is about ("long", "free", "same-day") are not here. Sorted; an apostrophe is "'".

/// ISO 639-1; empty for a language that has no list.
pub(super) fn of(language: &str) -> &'static [&'static str] {
    match language {
        "en" => ENGLISH,
        "de" => GERMAN,
        "fr" => FRENCH,
        "es" => SPANISH,
        "it" => ITALIAN,
        "pt" => PORTUGUESE,
        "nl" => DUTCH,
        "sv" => SWEDISH,
        "da" => DANISH,
        "nb" | "nn" | "no" => NORWEGIAN,
        _ => &[],
    }
}

/// With what is typed in chats for them.
#[rustfmt::skip]
const ENGLISH: &[&str] = &[
    "a", "about", "above", "after", "again", "against", "ain", "all", "also", "am", "an", "and", "any", "are",
    "aren't", "arent", "as", "at", "bc", "be", "because", "been", "before", "being", "below", "between", "both",
    "but", "by", "can", "can't", "cannot", "cant", "cos", "could", "couldn't", "coz", "cuz", "did", "didn't",
    "didnt", "do", "does", "doesn't", "doesnt", "doing", "don", "don't", "dont", "down", "during", "each", "for",
    "from", "further", "gonna", "gotta", "had", "hadn't", "has", "hasn't", "have", "haven't", "having", "he",
    "he'd", "he'll", "he's", "her", "here", "here's", "hers", "herself", "him", "himself", "his", "how", "how's",
    "hows", "hw", "i", "i'd", "i'll", "i'm", "i've", "if", "im", "in", "into", "is", "isn't", "isnt", "it", "it'd",
    "it'll", "it's", "its", "itself", "ive", "just", "let", "let's", "me", "might", "must", "my", "myself", "no",
    "nor", "not", "of", "off", "on", "only", "or", "other", "ought", "our", "ours", "ourselves", "out", "over",
    "own", "please", "pls", "plz", "same", "shall", "shan't", "she", "she'd", "she'll", "she's", "should",
    "shouldn't", "so", "some", "such", "than", "that", "that's", "thats", "the", "their", "theirs", "them",
    "themselves", "then", "there", "there's", "these", "they", "they'd", "they'll", "they're", "they've", "theyre",
    "this", "tho", "those", "through", "thru", "thx", "to", "too", "u", "under", "until", "up", "upon", "ur",
    "urs", "us", "very", "wanna", "was", "wasn't", "wasnt", "wat", "we", "we'd", "we'll", "we're", "we've", "wen",
    "were", "weren't", "werent", "what", "what's", "whats", "when", "when's", "where", "where's", "wheres",
    "which", "while", "who", "who's", "whom", "whos", "whose", "why", "why's", "wich", "will", "with", "won't",
    "wont", "wot", "would", "wouldn't", "wut", "you", "you'd", "you'll", "you're", "you've", "your", "youre",
    "yours", "yourself", "yourselves",
];

#[rustfmt::skip]
const GERMAN: &[&str] = &[
    "aber", "alle", "allem", "allen", "aller", "alles", "als", "also", "am", "an", "ander", "andere", "anderem",
    "anderen", "anderer", "anderes", "auch", "auf", "aus", "bei", "beim", "bin", "bis", "bist", "bitte", "da", "damit",
    "dann", "darf", "darfst", "das", "dass", "daß", "dein", "deine", "deinem", "deinen", "deiner", "dem", "den", "denn",
    "der", "des", "dessen", "dich", "die", "dies", "diese", "diesem", "diesen", "dieser", "dieses", "dir", "doch",
    "dort", "du", "durch", "dürfen", "dürft", "dürfte", "ein", "eine", "einem", "einen", "einer", "eines", "er", "es",
    "etwas", "euch", "euer", "eure", "für", "gegen", "gibt", "hab", "habe", "haben", "habt", "hast",
    "hat", "hatte", "hatten", "hier", "hin", "hinter", "ich", "ihm", "ihn", "ihnen", "ihr", "ihre", "ihrem", "ihren",
    "ihrer", "im", "in", "ins", "ist", "ja", "jede", "jedem", "jeden", "jeder", "jedes", "jetzt", "kann", "kannst",
    "können", "könnt", "könnte", "mag", "man", "manche", "mehr", "mein", "meine", "meinem", "meinen", "meiner", "mich",
    "mir", "mit", "muss", "möchte", "möchten", "mögen", "müssen", "nach", "nicht", "nichts", "noch", "nun", "nur", "ob",
    "oder", "ohne", "sehr", "sei", "seid", "sein", "seine", "seinem", "seinen", "seiner", "selbst", "sich", "sie",
    "sind", "so", "solche", "soll", "sollte", "sondern", "sonst", "um", "und", "uns", "unser", "unsere", "unserem",
    "unseren", "unserer", "unter", "viel", "vom", "von", "vor", "wann", "war", "waren", "warum", "was", "weil",
    "welche", "welchem", "welchen", "welcher", "welches", "wem", "wen", "wenn", "wer", "werde", "werden", "werdet",
    "wie", "wieder", "will", "wir", "wird", "wirst", "wo", "woher", "wohin", "wollen", "wäre", "würde", "würden", "zu",
    "zum", "zur", "zwar", "zwischen", "über",
];

#[rustfmt::skip]
const FRENCH: &[&str] = &[
    "a", "ai", "alors", "après", "as", "au", "aucun", "aussi", "autre", "aux", "avec", "avez", "avoir", "avons", "c",
    "ce", "ceci", "cela", "celle", "celui", "ces", "cet", "cette", "ceux", "chez", "ci", "combien", "comme", "comment",
    "d", "dans", "de", "des", "donc", "dont", "du", "elle", "elles", "en", "encore", "est", "et", "etes", "eu", "eux",
    "fait", "faut", "ici", "il", "ils", "j", "je", "l", "la", "le", "les", "leur", "leurs", "lui", "là", "m", "ma",
    "mais", "me", "mes", "moi", "mon", "même", "n", "ne", "ni", "nos", "notre", "nous", "on", "ont", "ou", "où", "par",
    "pas", "pendant", "peu", "peut", "peux", "plus", "pour", "pourquoi", "pourrais", "pouvez", "pouvons",
    "puis", "qu", "quand", "que", "quel", "quelle", "quelles", "quels", "qui", "quoi", "s", "sa", "sans",
    "se", "sera", "ses", "si", "son", "sont", "sous", "suis", "sur", "t", "ta", "te", "tes", "toi", "ton", "tous",
    "tout", "toute", "toutes", "très", "tu", "un", "une", "vos", "votre", "voudrais", "vous", "y", "à",
    "été", "êtes", "être",
];

#[rustfmt::skip]
const SPANISH: &[&str] = &[
    "a", "al", "algo", "algunos", "ante", "antes", "aquí", "así", "aunque", "cada", "como", "con", "contra", "cual",
    "cuando", "cuanto", "cuál", "cuáles", "cuándo", "cuánto", "cuántos", "cómo", "de", "del", "desde", "donde", "dos",
    "dónde", "e", "el", "ella", "ellas", "ellos", "en", "entre", "era", "es", "esa", "ese", "eso", "esta", "estas",
    "este", "esto", "estos", "está", "están", "fue", "ha", "hacéis", "hago", "han", "hasta", "hay", "la", "las", "le",
    "les", "lo", "los", "me", "mi", "mis", "mucho", "muy", "más", "nada", "ni", "no", "nos", "nosotros", "nuestra",
    "nuestro", "o", "os", "otra", "otro", "para", "pero", "poco", "podemos", "podéis", "por", "porque", "puede",
    "pueden", "puedo", "que", "quien", "quiero", "quién", "qué", "se", "sea", "ser", "si", "sin", "sobre", "somos",
    "son", "soy", "su", "sus", "sí", "también", "tan", "te", "tengo", "tenéis", "tiene", "tienen", "todo", "todos",
    "tu", "tus", "un", "una", "uno", "unos", "usted", "ustedes", "vuestra", "vuestras", "vuestro", "vuestros", "y",
    "ya", "yo", "él",
];

#[rustfmt::skip]
const ITALIAN: &[&str] = &[
    "a", "ad", "ai", "al", "alla", "alle", "allo", "anche", "ancora", "avere", "avete", "c", "che", "chi", "ci", "cioè",
    "come", "con", "cosa", "cui", "d", "da", "dai", "dal", "dalla", "dalle", "dei", "del", "della", "delle", "dello",
    "di", "dove", "e", "ed", "essere", "faccio", "fra", "gli", "ha", "hai", "hanno", "ho", "i", "il", "in", "io", "l",
    "la", "le", "lei", "li", "lo", "loro", "ma", "me", "mi", "mia", "mie", "miei", "mio", "ne", "negli", "nei", "nel",
    "nella", "nelle", "no", "noi", "non", "nostra", "nostro", "o", "per", "perché", "più", "possiamo", "posso",
    "possono", "puo", "può", "quale", "quali", "quando", "quanti", "quanto", "quella", "quelle", "quello", "questa",
    "queste", "questi", "questo", "qui", "sarà", "se", "sei", "si", "sia", "siamo", "siete", "sono", "su", "sua", "sue",
    "sugli", "sui", "sul", "sulla", "suo", "suoi", "ti", "tra", "tu", "tua", "tue", "tuo", "tuoi", "tutti", "tutto",
    "un", "una", "uno", "vi", "voi", "vorrei", "vostra", "vostre", "vostri", "vostro", "è",
];

#[rustfmt::skip]
const PORTUGUESE: &[&str] = &[
    "a", "ao", "aos", "aquela", "aquele", "aqui", "as", "até", "com", "como", "da", "das", "de", "dela", "dele",
    "depois", "do", "dos", "e", "ela", "elas", "ele", "eles", "em", "entre", "era", "essa", "esse", "esta", "este",
    "está", "estão", "eu", "fazem", "foi", "for", "há", "isso", "isto", "já", "la", "lhe", "lo", "mais", "mas", "me",
    "mesmo", "meu", "minha", "muito", "na", "nas", "nem", "no", "nos", "nossa", "nosso", "num", "numa", "não", "nós",
    "o", "onde", "os", "ou", "para", "pela", "pelo", "pode", "podem", "por", "porque", "posso", "quais", "qual",
    "quando", "quanto", "quantos", "que", "quem", "quê", "se", "sem", "ser", "será", "seu", "seus", "sobre", "sua",
    "suas", "são", "só", "também", "te", "tem", "tenho", "teu", "tu", "têm", "um", "uma", "você", "vocês", "vossa",
    "vosso", "à", "às", "é",
];

#[rustfmt::skip]
const DUTCH: &[&str] = &[
    "aan", "al", "alle", "als", "altijd", "ander", "ben", "bent", "bij", "daar", "dan", "dat", "de", "deze", "die",
    "dit", "doch", "doen", "door", "dus", "een", "en", "er", "ga", "gaan", "gaat", "ge", "geen", "had", "heb", "hebben",
    "hebt", "heeft", "hem", "het", "hier", "hij", "hoe", "hoeveel", "hun", "iets", "ik", "in", "is", "ja", "je", "jij",
    "jouw", "jullie", "kan", "kun", "kunnen", "kunt", "maar", "mag", "me", "meer", "men", "met", "mij", "mijn", "moet",
    "mogen", "na", "naar", "niet", "nog", "nu", "of", "om", "omdat", "onder", "ons", "onze", "ook", "op", "over", "te",
    "tegen", "toch", "toen", "tot", "u", "uit", "uw", "van", "veel", "voor", "waar", "waarom", "wanneer", "want",
    "waren", "was", "wat", "we", "wel", "welk", "welke", "werd", "wie", "wij", "wil", "wilt", "worden", "wordt", "zal",
    "ze", "zich", "zij", "zijn", "zo", "zonder", "zou",
];

#[rustfmt::skip]
const SWEDISH: &[&str] = &[
    "alla", "allt", "att", "av", "bara", "blev", "bli", "blir", "de", "dem", "den", "denna", "deras", "det",
    "detta", "dig", "din", "dina", "ditt", "du", "där", "då", "efter", "eller", "en", "ett", "finns", "från", "får",
    "för", "göra", "ha", "hade", "han", "hans", "har", "hej", "henne", "hon", "hur", "i", "inte", "ja", "jag",
    "kan", "kommer", "man", "med", "mellan", "men", "mig", "min", "mina", "mitt", "mot", "mycket", "måste", "ni",
    "nu", "när", "någon", "något", "några", "och", "också", "om", "oss", "på", "sig", "sin", "sina", "som", "så",
    "sådan", "till", "under", "upp", "ut", "vad", "var", "varför", "vart", "vem", "vi", "vid", "vilka", "vilken",
    "vilket", "vill", "vår", "våra", "än", "är",
];

#[rustfmt::skip]
const DANISH: &[&str] = &[
    "af", "alle", "alt", "at", "blev", "blive", "bliver", "da", "de", "dem", "den", "denne", "der", "deres", "det",
    "dette", "dig", "din", "dine", "dit", "dog", "du", "efter", "eller", "en", "end", "er", "et", "for", "fra",
    "få", "får", "ham", "han", "hans", "har", "havde", "have", "hej", "her", "hun", "hvad", "hvem", "hver",
    "hvilke", "hvilken", "hvis", "hvor", "hvordan", "hvorfor", "hvornår", "i", "ikke", "ind", "jeg", "jer", "jeres",
    "kan", "kunne", "man", "mange", "med", "meget", "men", "mig", "min", "mine", "mit", "mod", "nogen", "noget",
    "nogle", "nu", "når", "og", "også", "om", "op", "os", "over", "på", "sig", "sin", "sine", "sit", "skal",
    "skulle", "som", "så", "til", "ud", "under", "var", "vi", "vil", "ville", "være",
];

#[rustfmt::skip]
const NORWEGIAN: &[&str] = &[
    "alle", "at", "av", "bare", "ble", "bli", "blir", "da", "de", "deg", "dem", "den", "denne", "der", "deres",
    "det", "dette", "din", "dine", "ditt", "du", "eller", "en", "enn", "er", "et", "for", "fra", "få", "får", "før",
    "ha", "hadde", "han", "hans", "har", "hei", "her", "hun", "hva", "hvem", "hver", "hvilke", "hvilken", "hvis",
    "hvor", "hvordan", "hvorfor", "i", "ikke", "jeg", "kan", "kunne", "man", "mange", "med", "meg", "men", "mer",
    "min", "mine", "mitt", "mot", "må", "noe", "noen", "nå", "når", "og", "også", "om", "opp", "oss", "over", "på",
    "seg", "sin", "sine", "sitt", "skal", "skulle", "som", "så", "til", "under", "ut", "var", "vi", "vil", "ville",
    "vår", "våre", "vær", "være",
];

/// What asks, and says nothing of what is asked for, in Chinese, Japanese, Korean and Thai, which put no blanks between
/// words, or glue them to others: "how much money", "what", "when", "where", "how", "why", "which", "please", "can", "is
/// there", "tell me", "you", "we", and what ends a question. A phrase before those that begin it.
#[rustfmt::skip]
const UNSPACED: &[&str] = &[
    "什么时候", "什麼時候", "多少钱", "多少錢", "多少", "怎么样", "怎麼樣", "怎么", "怎麼", "什么", "什麼", "为什么", "為什麼", "如何",
    "哪里", "哪裡", "哪儿", "哪个", "请问", "請問", "能不能", "有没有", "有沒有", "是不是", "可以", "你们", "你們", "我们", "我們",
    "吗", "嗎", "呢", "教えてください", "知りたいのですが", "のですが", "ですが", "について", "でしょうか", "ありますか", "できますか", "ください", "ですか", "ますか", "いくら", "どこ", "いつ",
    "얼마예요", "얼마인가요", "얼마입니까", "얼마", "어떻게", "되나요", "있나요", "있어요", "있습니까", "인가요", "하나요", "합니까", "주세요", "언제",
    "어디", "무엇", "เท่าไหร่", "เท่าไร", "ได้ไหม", "ไหม", "มั้ย", "กี่โมง", "อย่างไร", "ยังไง", "ที่ไหน", "เมื่อไหร่",
];

/// What stands between those.
pub(super) fn between(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let whole = std::mem::take(&mut rest);
        if whole.is_empty() {
            return None;
        }
        let said = |at: usize| UNSPACED.iter().find(|said| whole[at..].starts_with(**said));
        let found = whole.char_indices().find_map(|(at, _)| Some((at, said(at)?.len())));
        let (at, length) = found.unwrap_or((whole.len(), 0));
        rest = &whole[at + length..];
        Some(&whole[..at])
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn lists_are_sorted() {
        for language in ["en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb"] {
            assert!(super::of(language).is_sorted(), "{language}");
        }
    }

    #[test]
    fn what_asks_is_cut_out_where_words_are_not_told_apart() {
        let parts = |text| super::between(text).filter(|part| !part.is_empty()).collect::<Vec<_>>();
        assert_eq!(parts("请问蜡烛多少钱"), ["蜡烛"]);
        assert_eq!(parts("你们什么时候开门吗"), ["开门"]);
        assert_eq!(parts("退款政策"), ["退款政策"]);
        assert_eq!(parts("返品できますか"), ["返品"]);
        assert_eq!(parts("얼마예요"), [""; 0]);
        assert_eq!(parts("เทียนราคาเท่าไหร่"), ["เทียนราคา"]);
        assert!(parts("多少").is_empty() && parts("").is_empty());
    }
}
