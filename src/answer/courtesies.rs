//! What visitors say out of courtesy, "hello" or "thank you", and the like in return: no page is asked for it, and
//! nothing is missing where none answers.

use super::words;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Courtesy {
    Greeting,
    Thanks,
    Farewell,
}

/// For each language what says it, folded, then what may stand beside it, then the three replies.
struct Phrases {
    language: &'static str,
    greetings: &'static str,
    thanks: &'static str,
    farewells: &'static str,
    beside: &'static str,
    replies: [&'static str; 3],
}

const PHRASES: &[Phrases] = &[
    Phrases {
        language: "en",
        greetings: "hi hello hey hiya howdy greetings morning afternoon evening",
        thanks: "thanks thank thx ty cheers",
        farewells: "bye goodbye",
        beside: "there again all everyone team good day to you so very much a lot many ok okay great perfect nice lovely \
            super cool wonderful for your the help that this is was and have yes no it s",
        replies: [
            "Hello! What would you like to know?",
            "You're welcome! Is there anything else that you would like to know?",
            "Goodbye, and thank you for your visit!",
        ],
    },
    Phrases {
        language: "de",
        greetings: "hallo hi hey moin servus gruezi tag morgen abend",
        thanks: "danke dank dankeschon merci",
        farewells: "tschuss ciao wiedersehen",
        beside: "guten gute zusammen liebes team ihr sehr vielen besten schon schonen tag noch auf fur die das hilfe ok super \
            prima toll perfekt und",
        replies: [
            "Guten Tag! Was möchten Sie wissen?",
            "Gern geschehen! Möchten Sie noch etwas wissen?",
            "Auf Wiedersehen, und danke für Ihren Besuch!",
        ],
    },
    Phrases {
        language: "fr",
        greetings: "bonjour bonsoir salut coucou hello",
        thanks: "merci",
        farewells: "revoir",
        beside: "a tous bien beaucoup pour votre aide l au ok super parfait et bonne journee",
        replies: [
            "Bonjour ! Que souhaitez-vous savoir ?",
            "Je vous en prie ! Souhaitez-vous savoir autre chose ?",
            "Au revoir, et merci de votre visite !",
        ],
    },
    Phrases {
        language: "es",
        greetings: "hola buenas buenos hey",
        thanks: "gracias",
        farewells: "adios luego",
        beside: "dias tardes noches a todos muchas mil por la su tu ayuda ok perfecto vale hasta y",
        replies: [
            "¡Hola! ¿Qué le gustaría saber?",
            "¡De nada! ¿Desea saber algo más?",
            "¡Adiós, y gracias por su visita!",
        ],
    },
    Phrases {
        language: "pt",
        greetings: "ola oi bom boa",
        thanks: "obrigado obrigada",
        farewells: "tchau adeus",
        beside: "dia tarde noite a todos muito pela pelo sua ajuda ok perfeito e",
        replies: [
            "Olá! O que gostaria de saber?",
            "De nada! Gostaria de saber mais alguma coisa?",
            "Até à próxima, e obrigado pela visita!",
        ],
    },
    Phrases {
        language: "it",
        greetings: "ciao salve buongiorno buonasera hey",
        thanks: "grazie",
        farewells: "arrivederci",
        beside: "a tutti mille tante molte per il l aiuto ok perfetto e",
        replies: [
            "Buongiorno! Che cosa desidera sapere?",
            "Prego! Desidera sapere altro?",
            "Arrivederci, e grazie della visita!",
        ],
    },
    Phrases {
        language: "nl",
        greetings: "hallo hi hey hoi dag goedendag goedemorgen goedemiddag goedenavond",
        thanks: "bedankt dank dankjewel dankuwel",
        farewells: "doei ziens",
        beside: "allemaal je u wel heel erg veel hartelijk voor de uw hulp ok top prima tot en",
        replies: [
            "Hallo! Wat wilt u weten?",
            "Graag gedaan! Wilt u nog iets weten?",
            "Tot ziens, en bedankt voor uw bezoek!",
        ],
    },
    Phrases {
        language: "pl",
        greetings: "czesc witam hej dzien",
        thanks: "dziekuje dzieki",
        farewells: "widzenia pa",
        beside: "dobry bardzo za pomoc ok super i do",
        replies: [
            "Dzień dobry! Czego chcesz się dowiedzieć?",
            "Proszę bardzo! Czy chcesz wiedzieć coś jeszcze?",
            "Do widzenia i dziękuję za wizytę!",
        ],
    },
    Phrases {
        language: "tr",
        greetings: "merhaba selam gunaydin",
        thanks: "tesekkurler tesekkur sagol sagolun",
        farewells: "gorusuruz hoscakalin",
        beside: "iyi gunler aksamlar cok ederim ok tamam ve",
        replies: [
            "Merhaba! Ne öğrenmek istersiniz?",
            "Rica ederim! Başka bir şey öğrenmek ister misiniz?",
            "Görüşmek üzere, ziyaretiniz için teşekkürler!",
        ],
    },
    Phrases {
        language: "ja",
        greetings: "こんにちは こんはんは こんはんわ おはよう おはようこさいます すみません はしめまして",
        thanks: "ありかとう ありかとうこさいます ありかとうこさいました",
        farewells: "さようなら",
        beside: "",
        replies: [
            "こんにちは。どのようなことをお知りになりたいですか？",
            "どういたしまして。ほかにお知りになりたいことはありますか？",
            "ご訪問ありがとうございました。",
        ],
    },
    Phrases {
        language: "zh",
        greetings: "你好 您好 早上好 晚上好 嗨",
        thanks: "谢谢 谢谢你 谢谢您 多谢 謝謝",
        farewells: "再见 再見",
        beside: "",
        replies: ["您好！请问您想了解什么？", "不客气！还想了解别的吗？", "再见，感谢您的光临！"],
    },
    Phrases {
        language: "ar",
        greetings: "مرحبا اهلا السلام سلام",
        thanks: "شكرا",
        farewells: "وداعا",
        beside: "عليكم بكم جزيلا لك لكم وسهلا مع السلامه السلامة",
        replies: [
            "مرحبًا! ماذا تريد أن تعرف؟",
            "على الرحب والسعة! هل تريد أن تعرف شيئًا آخر؟",
            "مع السلامة، وشكرًا لزيارتك!",
        ],
    },
];
/// Words of a message that says nothing else, at most.
const WORDS: usize = 8;
const WAVES: &[char] = &['👋', '🙋'];
const BOWS: &[char] = &['🙏', '👍', '❤'];

/// What a message says, if it says nothing else, and in which language as ISO 639-1; none where it has no words. What
/// several languages say is said in the `usual` one, as BCP 47.
pub fn of(message: &str, usual: &str) -> Option<(Courtesy, Option<&'static str>)> {
    let folded = words::fold(message);
    let said: Vec<&str> = folded
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|it| !it.is_empty())
        .collect();
    if said.is_empty() {
        let signs = [(WAVES, Courtesy::Greeting), (BOWS, Courtesy::Thanks)];
        return signs.iter().find(|(signs, _)| message.contains(*signs)).map(|&(_, it)| (it, None));
    }
    if said.len() > WORDS {
        return None;
    }
    let usual = usual.get(..2).unwrap_or_default().to_ascii_lowercase();
    let first = PHRASES.iter().filter(|phrases| phrases.language == usual);
    first.chain(PHRASES).find_map(|phrases| {
        let is_one = |word: &str, list: &str| list.split_ascii_whitespace().any(|it| it == word);
        let Phrases { greetings, thanks, farewells, beside, .. } = phrases;
        let kinds = [
            (thanks, Courtesy::Thanks),
            (farewells, Courtesy::Farewell),
            (greetings, Courtesy::Greeting),
        ];
        let is_known =
            |word: &&str| kinds.iter().any(|(list, _)| is_one(word, list)) || is_one(word, beside);
        if !said.iter().all(is_known) {
            return None;
        }
        let (_, courtesy) =
            kinds.iter().find(|(list, _)| said.iter().any(|it| is_one(it, list)))?;
        Some((*courtesy, Some(phrases.language)))
    })
}

/// What is said in return, by ISO 639-1 code with or without a region; in English for other languages.
pub fn reply(courtesy: Courtesy, language: &str) -> &'static str {
    let code = language.get(..2).unwrap_or_default().to_ascii_lowercase();
    let phrases = PHRASES.iter().find(|phrases| phrases.language == code).unwrap_or(&PHRASES[0]);
    phrases.replies[courtesy as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_out_of_courtesy_is_told_from_questions() {
        for (message, courtesy, language) in [
            ("hello", Courtesy::Greeting, Some("en")),
            ("Hi there!", Courtesy::Greeting, Some("en")),
            ("Good morning", Courtesy::Greeting, Some("en")),
            ("ok great, thanks for your help :)", Courtesy::Thanks, Some("en")),
            ("Vielen Dank!", Courtesy::Thanks, Some("de")),
            ("Grüezi", Courtesy::Greeting, Some("de")),
            ("Bonjour à tous", Courtesy::Greeting, Some("fr")),
            ("¡Buenos días!", Courtesy::Greeting, Some("es")),
            ("Obrigada", Courtesy::Thanks, Some("pt")),
            ("ありがとうございます。", Courtesy::Thanks, Some("ja")),
            ("你好！", Courtesy::Greeting, Some("zh")),
            ("السلام عليكم", Courtesy::Greeting, Some("ar")),
            ("bye", Courtesy::Farewell, Some("en")),
            ("👋", Courtesy::Greeting, None),
        ] {
            assert_eq!(of(message, "en"), Some((courtesy, language)), "{message}");
        }
        for question in [
            "",
            "?",
            "hello, where are you?",
            "thanks but what does it cost",
            "thank you cards",
            "good",
            "the day",
            "morning hours",
            "hi hi hi hi hi hi hi hi hi",
            "Bier",
            "dag hammarskjold",
        ] {
            assert_eq!(of(question, "en"), None, "{question}");
        }
        for (message, courtesy, language) in [
            ("Merci", Courtesy::Thanks, "fr"),
            ("Ciao", Courtesy::Greeting, "it"),
            ("Hallo!", Courtesy::Greeting, "nl"),
            ("Hi", Courtesy::Greeting, "de"),
        ] {
            assert_eq!(of(message, language), Some((courtesy, Some(language))), "{message}");
        }
        assert_eq!(
            reply(Courtesy::Thanks, "de-CH"),
            "Gern geschehen! Möchten Sie noch etwas wissen?"
        );
        assert!(reply(Courtesy::Greeting, "xx").starts_with("Hello!"));
    }
}
