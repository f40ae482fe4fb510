//! "I'm not sure", in the visitor's language, before what is the closest that the pages say.

/// Below this confidence an answer is told with a doubt: to 394 questions on six English texts there are 36 such answers,
/// of which 17 hold what was asked for, and 281 others, of which 214 do. Their questions are gaps, so that `schema.sql`
/// and `store/gaps.rs` have it, too.
const SURE: f64 = 0.5;

/// What is said before an answer of this confidence, by ISO 639-1 code with or without a region; English for the others.
pub fn hedge(confidence: f64, language: &str) -> Option<&'static str> {
    (confidence < SURE).then(|| doubt(language))
}

fn doubt(language: &str) -> &'static str {
    match language.get(..2).unwrap_or_default().to_ascii_lowercase().as_str() {
        "de" => {
            "Ob das Ihre Frage beantwortet, weiß ich nicht sicher. Das hier kommt ihr am nächsten:"
        }
        "fr" => {
            "Je ne suis pas sûr que cela réponde à votre question. Voici ce que je trouve de plus proche :"
        }
        "es" => {
            "No estoy seguro de que esto responda a su pregunta. Es lo más cercano que encuentro aquí:"
        }
        "pt" => {
            "Não tenho a certeza de que isto responda à sua pergunta. É o mais próximo que encontro aqui:"
        }
        "it" => {
            "Non sono sicuro che questo risponda alla Sua domanda. È quanto di più vicino trovo qui:"
        }
        "nl" => "Ik weet niet zeker of dit uw vraag beantwoordt. Dit komt er hier het dichtst bij:",
        "pl" => {
            "Nie mam pewności, czy to odpowiada na pytanie. Najbliższa informacja, jaką tu znajduję:"
        }
        "tr" => {
            "Bunun sorunuzu yanıtladığından emin değilim. Burada bulabildiğim en yakın bilgi şu:"
        }
        "ja" => "ご質問の答えになっているか確かではありませんが、最も近い内容はこちらです。",
        "zh" => "我不确定这是否回答了您的问题。以下是这里最接近的内容：",
        "ar" => "لست متأكدًا من أن هذا يجيب عن سؤالك. هذا أقرب ما وجدته هنا:",
        _ => {
            "I'm not sure that this answers your question. It is the closest that I can find here:"
        }
    }
}
