//! "I don't know", in the visitor's language.

/// One or two honest sentences without a citation, by ISO 639-1 code with or without a region; English for the others.
pub fn regret(language: &str) -> &'static str {
    match language.get(..2).unwrap_or_default().to_ascii_lowercase().as_str() {
        "de" => {
            "Dazu finde ich hier leider nichts Verlässliches. Formulieren Sie die Frage gern anders, oder hinterlassen Sie Ihre Kontaktdaten, dann meldet sich jemand bei Ihnen."
        }
        "fr" => {
            "Je ne trouve malheureusement rien de fiable à ce sujet ici. Vous pouvez reformuler la question, ou laisser vos coordonnées pour que quelqu'un vous réponde."
        }
        "es" => {
            "Lo siento, aquí no encuentro nada fiable sobre eso. Puede preguntarlo de otra forma o dejar sus datos de contacto para que alguien le responda."
        }
        "pt" => {
            "Infelizmente, não encontro aqui nada de fiável sobre isso. Pode perguntar de outra forma ou deixar o seu contacto para que alguém lhe responda."
        }
        "it" => {
            "Purtroppo qui non trovo nulla di affidabile su questo. Può riformulare la domanda o lasciare i Suoi recapiti, così qualcuno Le risponderà."
        }
        "nl" => {
            "Daar vind ik hier helaas niets betrouwbaars over. U kunt de vraag anders stellen, of uw contactgegevens achterlaten zodat iemand u antwoordt."
        }
        "pl" => {
            "Niestety nie znajduję tu wiarygodnej odpowiedzi na to pytanie. Można zapytać inaczej albo zostawić dane kontaktowe, a ktoś się odezwie."
        }
        "tr" => {
            "Maalesef burada bu konuda güvenilir bir bilgi bulamadım. Soruyu başka şekilde sorabilir ya da iletişim bilgilerinizi bırakabilirsiniz; size dönülecektir."
        }
        "ja" => {
            "申し訳ありませんが、こちらでは確かな情報が見つかりませんでした。別の言い方でお尋ねいただくか、ご連絡先をお知らせいただければ担当者からお返事します。"
        }
        "zh" => {
            "抱歉，我在这里没有找到可靠的答案。您可以换一种方式提问，或留下联系方式，我们会有人回复您。"
        }
        "ar" => {
            "عذرًا، لم أجد هنا معلومة موثوقة عن ذلك. يمكنك إعادة صياغة السؤال أو ترك بيانات الاتصال ليرد عليك أحد أفراد الفريق."
        }
        _ => {
            "I'm sorry, I can't find a reliable answer to that here. Try asking in other words, or leave your contact details and somebody will get back to you."
        }
    }
}

/// Whether the text says so already, in whichever language.
pub fn is_regret(text: &str) -> bool {
    let languages = ["ar", "de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "tr", "zh"];
    languages.iter().any(|language| regret(language) == text.trim())
}
