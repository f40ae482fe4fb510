//! The page's texts: the widget's own, read from the very files that it loads, in the language that it would choose,
//! with the owner's wording over them.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use regex::Regex;

use crate::{
    error::Error,
    http::assets::Asset,
    store::{agents::Profile, conversations::Status},
};

/// What the widget never says: an answer is there, and nothing supports it well.
const UNSURE: [(&str, &str); 12] = [
    ("ar", "لسنا متأكدين من هذه الإجابة."),
    ("de", "Bei dieser Antwort sind wir nicht sicher."),
    ("en", "We are not sure about this answer."),
    ("es", "No estamos seguros de esta respuesta."),
    ("fr", "Nous ne sommes pas sûrs de cette réponse."),
    ("it", "Non siamo sicuri di questa risposta."),
    ("ja", "この回答には確信がありません。"),
    ("nl", "We zijn niet zeker van dit antwoord."),
    ("pl", "Nie jesteśmy pewni tej odpowiedzi."),
    ("pt", "Não temos certeza desta resposta."),
    ("tr", "Bu yanıttan emin değiliz."),
    ("zh", "我们对这个回答没有把握。"),
];

/// What the widget never asks for: it looks by itself.
const LOOK: [(&str, &str); 12] = [
    ("ar", "عرض الرسائل الجديدة"),
    ("de", "Neue Nachrichten anzeigen"),
    ("en", "Show new messages"),
    ("es", "Mostrar mensajes nuevos"),
    ("fr", "Afficher les nouveaux messages"),
    ("it", "Mostra i nuovi messaggi"),
    ("ja", "新しいメッセージを表示"),
    ("nl", "Nieuwe berichten tonen"),
    ("pl", "Pokaż nowe wiadomości"),
    ("pt", "Mostrar novas mensagens"),
    ("tr", "Yeni mesajları göster"),
    ("zh", "显示新消息"),
];

/// What the widget leaves to its fields: they take no more.
const TOO_LONG: [(&str, &str); 12] = [
    ("ar", "هذا النص طويل جدًا."),
    ("de", "Das ist zu lang."),
    ("en", "This is too long."),
    ("es", "Es demasiado largo."),
    ("fr", "C’est trop long."),
    ("it", "È troppo lungo."),
    ("ja", "長すぎます。"),
    ("nl", "Dit is te lang."),
    ("pl", "To jest za długie."),
    ("pt", "É longo demais."),
    ("tr", "Bu çok uzun."),
    ("zh", "内容太长。"),
];

/// What the widget never needs to say: that it is not there, and why that may be.
const ABSENT: [(&str, (&str, &str)); 12] = [
    ("ar", ("لا توجد محادثة هنا", "قد يكون العنوان غير صحيح، أو أن صاحبه لم ينشر المحادثة.")),
    (
        "de",
        (
            "Hier gibt es keinen Chat",
            "Vielleicht ist die Adresse falsch geschrieben, oder der Chat ist nicht veröffentlicht.",
        ),
    ),
    (
        "en",
        (
            "There is no chat here",
            "The address may be mistyped, or its owner has not published the chat.",
        ),
    ),
    (
        "es",
        (
            "Aquí no hay ningún chat",
            "Puede que la dirección esté mal escrita o que su propietario no haya publicado el chat.",
        ),
    ),
    (
        "fr",
        (
            "Il n’y a pas de chat ici",
            "L’adresse est peut-être mal saisie, ou son propriétaire n’a pas publié le chat.",
        ),
    ),
    (
        "it",
        (
            "Qui non c’è nessuna chat",
            "L’indirizzo potrebbe essere errato, oppure il proprietario non ha pubblicato la chat.",
        ),
    ),
    (
        "ja",
        (
            "ここにはチャットがありません",
            "アドレスが間違っているか、チャットが公開されていません。",
        ),
    ),
    (
        "nl",
        (
            "Hier is geen chat",
            "Misschien is het adres verkeerd getypt, of heeft de eigenaar de chat niet gepubliceerd.",
        ),
    ),
    ("pl", ("Tutaj nie ma czatu", "Adres może być błędny albo właściciel nie opublikował czatu.")),
    (
        "pt",
        (
            "Não há nenhum chat aqui",
            "O endereço pode estar incorreto ou o proprietário não publicou o chat.",
        ),
    ),
    (
        "tr",
        (
            "Burada sohbet yok",
            "Adres yanlış yazılmış olabilir ya da sahibi sohbeti yayımlamamış olabilir.",
        ),
    ),
    ("zh", ("这里没有聊天", "地址可能有误，或者所有者尚未发布聊天。")),
];

/// The widget's texts of one language, by their keys.
type Texts = Arc<HashMap<String, String>>;

/// Those that were asked for before: their files are compressed, and a page should not cost their reading.
static KNOWN: LazyLock<Mutex<HashMap<String, Texts>>> = LazyLock::new(Mutex::default);

pub struct Words {
    /// ISO 639-1.
    pub language: String,
    /// The owner's.
    own: BTreeMap<String, String>,
    texts: Texts,
}

impl Words {
    /// Where no agent says in which language: the browser's, else English.
    pub fn of_browser(accepted: Option<&str>) -> Self {
        Self::of(&Profile { language_default: String::new(), ..Profile::default() }, accepted)
    }

    /// The agent's language, else the browser's, else English.
    pub fn of(profile: &Profile, accepted: Option<&str>) -> Self {
        let browsers = accepted.unwrap_or_default().split(',');
        let mut wanted = std::iter::once(profile.language_default.as_str()).chain(browsers);
        let language = wanted.find_map(spoken).unwrap_or_else(|| "en".to_owned());
        let texts = texts(&language);
        Self { language, own: profile.strings.clone(), texts }
    }

    pub fn say(&self, key: &str) -> &str {
        self.own.get(key).or_else(|| self.texts.get(key)).map_or("", String::as_str)
    }

    pub fn unsure(&self) -> &'static str {
        self.pick(&UNSURE)
    }

    pub fn look(&self) -> &'static str {
        self.pick(&LOOK)
    }

    pub fn too_long(&self) -> &'static str {
        self.pick(&TOO_LONG)
    }

    /// As a title and a sentence.
    pub fn absent(&self) -> (&'static str, &'static str) {
        self.pick(&ABSENT)
    }

    fn pick<T: Copy + Default>(&self, texts: &[(&str, T)]) -> T {
        let own = texts.iter().find(|(language, _)| *language == self.language);
        own.map_or_else(T::default, |(_, text)| *text)
    }

    pub fn direction(&self) -> &'static str {
        if self.language == "ar" { "rtl" } else { "ltr" }
    }

    /// Who answers now, if that is not the machine; `opens_at`: when somebody will.
    pub fn of_status(&self, status: Status, opens_at: Option<&str>) -> Option<String> {
        match status {
            Status::Waiting => Some(self.say("waiting").to_owned()),
            Status::Human => Some(self.say("joined").replace("{name}", self.say("person"))),
            Status::Offline => {
                // A date reads from left to right, also among words that do not (Unicode's isolates).
                let opens = opens_at.map(|time| {
                    self.say("opens").replace("{time}", &["\u{2066}", time, "\u{2069}"].concat())
                });
                Some([self.say("away"), &opens.unwrap_or_default()].join(" ").trim().to_owned())
            }
            Status::Bot => None,
        }
    }

    /// Why there is no answer.
    pub fn of_refusal(&self, refusal: &Error) -> String {
        match refusal.code() {
            "rate_limited" => {
                let wait = refusal.retry_after().unwrap_or_default();
                let seconds = wait.as_millis().div_ceil(1000).max(1).to_string();
                self.say("limited").replace("{seconds}", &seconds)
            }
            "conversation_budget_exceeded" | "message_quota_exceeded" | "plan_limit_reached" => {
                self.say("full").to_owned()
            }
            "validation_failed" if refusal.fields().contains_key("message") => {
                self.say("required").to_owned()
            }
            _ => self.say("failed").to_owned(),
        }
    }
}

/// The language of a tag, such as `de-AT` or `de;q=0.8`, if the widget speaks it.
fn spoken(tag: &str) -> Option<String> {
    let language = tag.trim().split(['-', ';']).next().unwrap_or_default().to_ascii_lowercase();
    let known = language == "en" || Asset::carried(&format!("widget/lang/{language}.js")).is_some();
    known.then_some(language)
}

/// Of a language that the widget speaks, so that there are few.
fn texts(language: &str) -> Texts {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let texts = known.entry(language.to_owned()).or_insert_with(|| {
        let mut texts = HashMap::new();
        let files = [&format!("lang/{language}"), "i18n", "parts"];
        for file in files.iter().filter_map(|name| Asset::carried(&format!("widget/{name}.js"))) {
            for (key, text) in entries(&file.text()) {
                texts.entry(key).or_insert(text);
            }
        }
        Arc::new(texts)
    });
    Arc::clone(texts)
}

/// `key: 'text'`, as the widget's files write it.
fn entries(source: &str) -> Vec<(String, String)> {
    let Ok(pattern) = Regex::new(r"\b(\w+): '([^'\\]*)'") else { return Vec::new() };
    let entries = pattern.captures_iter(source);
    entries.map(|entry| (entry[1].to_owned(), entry[2].to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_of_the_widget_has_all_that_the_page_says() {
        for (at, (language, _)) in UNSURE.iter().enumerate() {
            let others = [LOOK[at].0, TOO_LONG[at].0, ABSENT[at].0];
            assert_eq!(others, [*language; 3]);
            let profile = Profile { language_default: (*language).into(), ..Profile::default() };
            let words = Words::of(&profile, Some("fr"));
            assert_eq!(words.language, *language);
            for key in super::super::page::SAID {
                let text = words.say(key);
                assert!(!text.is_empty(), "{key} in {language}");
                let in_english = Words::of(&Profile::default(), None).say(key).to_owned();
                let is_own = *language == "en" || text != in_english;
                assert!(is_own || text.len() < 14, "{key} is English in {language}: {text}");
            }
        }
    }

    #[test]
    fn a_language_that_the_widget_does_not_speak_is_the_browsers() {
        let of = |language: &str, accepted| {
            let profile = Profile { language_default: language.into(), ..Profile::default() };
            Words::of(&profile, accepted).language
        };
        assert_eq!(of("sv", Some("nb, PT-br;q=0.8, de")), "pt");
        assert_eq!(of("sv", Some("../i18n, x")), "en");
        assert_eq!(of("de-AT", Some("fr")), "de");
        assert_eq!(of("", None), "en");
    }

    #[test]
    fn the_owners_words_come_first() {
        let strings = [("greeting".to_owned(), "Ahoy".to_owned())].into();
        let words = Words::of(&Profile { strings, ..Profile::default() }, None);
        assert_eq!((words.say("greeting"), words.say("send")), ("Ahoy", "Send"));
    }
}
