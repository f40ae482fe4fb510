//! Words of every script go in and come out as they are.

use serde_json::json;

use crate::{
    harness::Desk,
    pages,
    scripted::{Model, Reply},
};

const WORDS: &[&str] = &[
    "你们星期六几点开门？",
    "متى تفتحون يوم السبت؟",
    "מתי אתם פתוחים?",
    "🙂👩‍👩‍👧‍👦 offen?",
    "e\u{301}te\u{301} et n\u{303}",
    "\u{202e}desrever\u{202c} text",
    "ไทยเปิดกี่โมง",
    "日本語で質問してもいいですか？",
    "Größe? Über straße ẞ",
    "<script>alert(1)</script> & \"quotes\" \\ back",
    "tab\tand\nnew\r\nline",
];

#[tokio::test]
async fn questions_of_every_language_are_stored_as_they_were_typed() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    for words in WORDS {
        let answer = visitor.asks(words).await;
        assert!(!answer.text.is_empty(), "{words}");
    }
    let questions: Vec<String> = desk
        .messages(&visitor.conversation)
        .into_iter()
        .filter(|it| it.role == "user")
        .map(|it| it.content)
        .collect();
    assert_eq!(questions, WORDS);
}

#[tokio::test]
async fn answers_of_every_language_arrive_as_the_model_said_them() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    for words in WORDS {
        let tokens: Vec<String> = words.chars().map(String::from).collect();
        let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
        model.will(Reply::says(&tokens));
        assert_eq!(visitor.asks(words).await.text, *words);
        assert_eq!(desk.messages(&visitor.conversation).last().unwrap().content, *words);
    }
}

#[tokio::test]
async fn pages_in_other_languages_are_found_in_theirs() {
    let desk = Desk::start().await;
    let agent = desk
        .agent_knowing(&[
            ("de.md", "# Öffnungszeiten\n\nDie Werkstatt ist samstags von zehn bis vierzehn Uhr geöffnet.\n"),
            ("fr.md", "# Livraison\n\nLa livraison coûte cinq euros et prend trois jours ouvrables.\n"),
            ("ru.md", "# Гарантия\n\nНа раму велосипеда даётся гарантия десять лет.\n"),
            ("ko.md", "# 가게\n\n양초는 한 개에 3500원입니다. 평일 오전 9시부터 영업합니다.\n"),
            ("zh.md", "# 商店\n\n蜡烛每支 35 元。我们星期一到星期五上午九点开门。\n"),
        ])
        .await;
    let visitor = desk.visitor(&agent).await;
    for (question, page, words) in [
        ("Wann ist die Werkstatt am Samstag geöffnet?", "de", "vierzehn Uhr"),
        ("Wann hat die Werkstatt offen?", "de", "vierzehn Uhr"),
        ("Combien coûte la livraison ?", "fr", "cinq euros"),
        ("Vous expédiez à quel prix ?", "fr", "cinq euros"),
        ("Какая гарантия на раму?", "ru", "десять лет"),
        ("양초 얼마예요?", "ko", "3500원"),
        ("蜡烛多少钱?", "zh", "35 元"),
        ("你们什么时候开门", "zh", "上午九点"),
    ] {
        let answer = visitor.asks(question).await;
        assert!(answer.text.contains(words), "{answer:?}");
        assert!(answer.cites(&format!("https://shop.example/{page}")), "{answer:?}");
    }
}

#[tokio::test]
async fn what_is_not_known_is_said_in_the_language_of_the_pages() {
    let desk = Desk::start().await;
    let page = "# Livraison\n\nLa livraison coûte cinq euros et prend trois jours ouvrables.\n";
    let agent = desk.agent_knowing(&[("fr.md", page)]).await;
    let visitor = desk.visitor(&agent).await;
    for (question, begin) in [
        ("médecin, sauna, piscine, livraison ?", "Je ne trouve malheureusement"),
        ("¿Hay supermercado?", "Lo siento"),
        ("Do you have a doctor for the dog?", "I'm sorry"),
    ] {
        let answer = visitor.asks(question).await;
        assert!(answer.text.starts_with(begin), "{answer:?}");
    }
}

#[tokio::test]
async fn nul_and_lone_surrogates_break_nothing() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let path = format!("{}/messages", crate::harness::API);
    for body in [
        r#"{"message":"a\u0000b","page_url":"https://shop.example/"}"#,
        r#"{"message":"a\ud83d b","page_url":"https://shop.example/"}"#,
        r#"{"message":"a\udc00","page_url":"https://shop.example/"}"#,
    ] {
        let response = desk
            .wire
            .request("POST", &path)
            .token(&visitor.jwt)
            .body(body, "application/json")
            .send()
            .await;
        assert!(
            matches!(response.status, 200 | 400 | 422),
            "{body}: {} {}",
            response.status,
            response.body
        );
        if response.status != 200 {
            let code = if response.status == 400 { "invalid_json" } else { "validation_failed" };
            response.error(response.status, code);
        }
    }
}

#[tokio::test]
async fn four_thousand_characters_are_counted_as_a_person_counts() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let family = "👩‍👩‍👧‍👦";
    let message = json!({"message": family.repeat(1000), "page_url": "https://shop.example/"});
    visitor.posts("/messages", &message).await.data(200);
}
