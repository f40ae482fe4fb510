//! Topics that an agent's owner does not want talked about, for the answerer that knows words alone: a text is about a
//! topic when it holds all words of its name. Models are told the topics and judge by what is meant.

use super::{Prompt, words::Language};

/// Whether the question is about a topic to avoid.
pub fn is_asked(prompt: &Prompt) -> bool {
    is_in(&prompt.asked, prompt)
}

/// Whether a text is.
pub fn is_in(text: &str, prompt: &Prompt) -> bool {
    if prompt.rules.avoid.is_empty() {
        return false;
    }
    let of_pages = prompt.sources.first().map_or(prompt.language.as_str(), |page| &page.language);
    // A topic may be named in the language of the pages or in the agent's own.
    [of_pages, &prompt.language].into_iter().any(|code| {
        let language = Language::of(code);
        let words = language.stems(text);
        prompt.rules.avoid.iter().any(|topic| {
            let topic = language.stems(topic);
            !topic.is_empty() && topic.iter().all(|word| words.contains(word))
        })
    })
}

/// One sentence without a citation, by ISO 639-1 code with or without a region; English for the others.
pub fn refusal(language: &str) -> &'static str {
    match language.get(..2).unwrap_or_default().to_ascii_lowercase().as_str() {
        "de" => {
            "Dazu kann ich hier leider nichts sagen. Hinterlassen Sie gern Ihre Kontaktdaten, dann meldet sich jemand bei Ihnen."
        }
        "fr" => {
            "Je ne peux pas vous renseigner ici à ce sujet. Laissez vos coordonnées et quelqu'un vous répondra."
        }
        "es" => {
            "Sobre ese tema no puedo ayudarle aquí. Deje sus datos de contacto y alguien le responderá."
        }
        "pt" => {
            "Sobre esse assunto não posso ajudar aqui. Deixe o seu contacto e alguém lhe responderá."
        }
        "it" => {
            "Su questo argomento qui non posso aiutare. Lasci i Suoi recapiti e qualcuno Le risponderà."
        }
        "nl" => {
            "Daarover kan ik hier niets zeggen. Laat uw contactgegevens achter, dan antwoordt iemand u."
        }
        "pl" => {
            "Na ten temat nie mogę tu pomóc. Proszę zostawić dane kontaktowe, a ktoś się odezwie."
        }
        "tr" => {
            "Bu konuda burada yardımcı olamıyorum. İletişim bilgilerinizi bırakırsanız size dönülecektir."
        }
        "ja" => {
            "その件についてはこちらではお答えできません。ご連絡先をお知らせいただければ担当者からお返事します。"
        }
        "zh" => "关于这个话题，我在这里无法提供帮助。请留下联系方式，我们会有人回复您。",
        "ar" => {
            "لا يمكنني المساعدة في هذا الموضوع هنا. اترك بيانات الاتصال ليرد عليك أحد أفراد الفريق."
        }
        _ => {
            "I can't help with that topic here. Leave your contact details and somebody will get back to you."
        }
    }
}
