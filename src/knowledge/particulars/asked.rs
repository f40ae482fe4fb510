//! Which of a desk's particulars a question asks for, if it asks for no more.

mod hours;
mod place;
mod unspaced;

use unicode_segmentation::UnicodeSegmentation;

use super::{ALL, Particular};
use crate::knowledge::{unspaced::is_unspaced, words::fold};

/// Nobody asks for a place at more length.
const LONGEST: usize = 14;
/// Whose number it may be beside, of a desk: "reception phone number".
const ITS: &str =
    "support service services reception emergency general head team sales customer main";
/// Words of a question for somebody's number.
const SHORT: usize = 6;

/// What it is called, in English, German, French, Spanish, Italian, Portuguese, Dutch and Polish.
const TELEPHONE: &str = "phone telephone tel landline hotline telefon telefonnummer rufnummer handynummer telefono telefone telefoon \
    telefoonnummer telefonu whatsapp";
const EMAIL: &str =
    "email emails mail courriel correo mailadresse emailadresse mailadres emailadres";
const ADDRESS: &str = "address location postcode zipcode adresse anschrift standort direccion ubicacion indirizzo morada endereco adres";
const HOURS: &str = "hours openingtimes offnungszeiten offnungszeit geschaftszeiten sprechzeiten horaire horaires horario horarios \
    orario orari openingstijden openingsuren godziny";
/// Beside that: "horaires d'ouverture".
const OPENING: &str = "opening ouverture apertura atencion atendimento business";
/// The rest of such a name.
const NUMBERS: &str = "number numbers numero numer nummer address addresses adresse electronico";
/// What may stand with it, and says nothing else: "phone number", "correo electronico".
const BESIDE: &str = "number numbers no numero numer nummer address addresses adresse electronico elettronica postal full street \
    contact sat nav satnav please bitte the a la le l el il lo o os as de di da des del du der die das is ist est es \
    e what what's whats s for of to where which wie lautet quel quelle cual quale qual jaki wat have do you ihre \
    eure deine ihr votre vos su sus vuestro vuestra vostro vostra tuo jullie uw het your ur our and und et y main \
    opening open ouverture apertura atencion atendimento business working store shop tell me give can i could brauch \
    brauche brauchen furs fur navi necesito mi serve j ai besoin wer wann sind when how are an any there by us on at \
    d c n";
/// What is one name in several words, the longer first.
const ONE: &[(&str, &str)] = &[
    ("opening times", "openingtimes"),
    ("email address", "email"),
    ("email-adresse", "email"),
    ("adresse email", "email"),
    ("adresse mail", "mail"),
    ("direcci\u{f3}n de correo", "correo"),
    ("indirizzo email", "email"),
];
/// Whose it is, if it is the desk's.
const YOURS: &str = "your ur ihre eure deine euer ihr votre vos su sus vuestro vuestra vostro vostra vosso vossa seu sua jullie uw";
/// With these it is somebody else's, or none that could be told.
const OTHERS: &str = "my mine their his her change changed update updated edit ip mac web billing delivery shipping need needed require \
    required must without add remove verify confirm different another wrong new old meine mein meiner andern mon ma mes \
    changer mi mis cambiar mio mia cambiare meu minha mijn wijzigen customer customers user users import export field validate valid format block hide \
    port check spoof buy regex cases loschen bestatigen bearbeiten andern modifier supprimer fake lookup someone's";
/// Whom one calls.
const CALLED: &str = "you someone somebody anyone reception euch sie jemanden jullie";
const TO_CALL: &str = "call ring phone telephone";
const TO_WRITE: &str = "email mail";
const MAY: &str = "i we can could may to";
/// Places that a desk is at.
const PLACES: &str = "shop store office offices clinic surgery practice showroom studio restaurant hotel headquarters hq salon \
    premises gallery farm warehouse campus church bakery cafe inn campsite museum laden geschaft \
    buro praxis werkstatt filiale hof gartnerei kanzlei atelier schule fahrschule magasin boutique bureau ecole cabinet salle \
    camping gite tienda oficina escuela local taller clinica negozio ufficio scuola agriturismo albergo loja winkel kantoor \
    school rijschool zaak praktijk";
/// What may follow a question for the place: "where are you based"; anything else makes it another one ("going").
const BASED: &str = "located based situated please exactly at now in the for sat nav satnav and gelegen zu finden navi gps";
/// What may stand anywhere in a question for a place or for hours, and says nothing.
const FILLERS: &str = "hi hello hey hallo hoi moin servus bonjour salut hola ola ciao salve dag please pls exactly actually guys roughly denn \
    eigentlich genau bitte mal ungefahr eigtl donc exactement precisement svp exactamente porfa concretamente precisamente preciso \
    esattamente precies ergens eigenlijk even exatamente dokladnie";
impl Particular {
    /// Which of the desk's own a question asks for; none where it asks for anything else, too, that is not just whose.
    pub fn asked(question: &str) -> Vec<Self> {
        if question.chars().any(is_unspaced) {
            return unspaced::asked(question).into_iter().collect();
        }
        // "Where are you? I need the address for the sat nav."
        let sentences = question.split_inclusive(['?', '!']).filter(|said| !said.trim().is_empty());
        let mut all = Vec::new();
        for sentence in sentences {
            // "Hello!"
            if telling(&words(sentence).iter().map(String::as_str).collect::<Vec<_>>()).is_empty() {
                continue;
            }
            let asked = Self::asked_once(sentence);
            if asked.is_empty() {
                return Vec::new();
            }
            all.extend(asked.into_iter().filter(|one| !all.contains(one)).collect::<Vec<_>>());
        }
        all
    }

    fn asked_once(question: &str) -> Vec<Self> {
        let folded = words(question);
        let words: Vec<&str> = folded.iter().map(String::as_str).collect();
        if words.len() > LONGEST {
            return Vec::new();
        }
        let told = telling(&words);
        if place::is_asked(&told) {
            return vec![Self::Address];
        }
        if hours::are_asked(&told) {
            return vec![Self::Hours];
        }
        ALL.into_iter().filter(|particular| particular.is_named(&words)).collect()
    }

    /// Whether such a question asks for it alone, and not for that of somebody.
    pub fn is_all_of(question: &str) -> bool {
        let folded = words(question);
        let words: Vec<&str> = folded.iter().map(String::as_str).collect();
        let told = telling(&words);
        question.chars().any(is_unspaced)
            || place::is_asked(&told)
            || hours::are_asked(&told)
            || says_no_more(&words)
    }

    const fn names(self) -> &'static str {
        match self {
            Self::Telephone => TELEPHONE,
            Self::Email => EMAIL,
            Self::Address => ADDRESS,
            Self::Hours => HOURS,
        }
    }

    /// Whether a word of such a question only says what is asked for, in lower case.
    pub(in crate::knowledge) fn is_named_by(self, word: &str) -> bool {
        let folded = fold(&word.replace("e-mail", "email"));
        folded.split(['\'', '’', '-']).any(|part| {
            is_in(part, self.names())
                || is_in(part, NUMBERS)
                || is_in(part, TO_CALL) && self == Self::Telephone
                || is_in(part, BASED) && self == Self::Address
                || is_in(part, OPENING) && self == Self::Hours
        })
    }

    fn is_named(self, words: &[&str]) -> bool {
        let names = self.names();
        let verbs = match self {
            Self::Telephone => TO_CALL,
            Self::Email => TO_WRITE,
            Self::Address | Self::Hours => "",
        };
        if words.iter().any(|word| is_in(word, OTHERS)) {
            // "Can I email you my CV": whom one writes to is the desk all the same.
            return calls(words, verbs);
        }
        if says_no_more(words) {
            return words.iter().any(|word| is_in(word, names)) || calls(words, verbs);
        }
        // "Workshop phone number".
        let is_number = |pair: &[&str]| is_in(pair[0], names) && is_in(pair[1], NUMBERS);
        let is_whole = self == Self::Telephone
            && (words.windows(2).any(is_number)
                || words.iter().any(|word| word.ends_with("nummer") && is_in(word, names)));
        is_whole && words.len() <= SHORT && !asks_to_do(words)
    }
}

/// "Can I call you", "how do I ring somebody".
fn calls(words: &[&str], verbs: &str) -> bool {
    words
        .windows(3)
        .any(|three| is_in(three[0], MAY) && is_in(three[1], verbs) && is_in(three[2], CALLED))
}

/// Whether all words only ask, or name one of these.
fn says_no_more(words: &[&str]) -> bool {
    const LISTS: [&str; 15] = [
        FILLERS,
        BESIDE,
        YOURS,
        CALLED,
        TO_CALL,
        TO_WRITE,
        MAY,
        PLACES,
        BASED,
        place::ARTICLES,
        ITS,
        TELEPHONE,
        EMAIL,
        ADDRESS,
        HOURS,
    ];
    words.iter().all(|word| LISTS.iter().any(|list| is_in(word, list)))
}

/// Folded, in lower case, some more than a question may have.
fn words(question: &str) -> Vec<String> {
    let lower = question.to_lowercase();
    let mut lower = lower.replace("e-mail", "email");
    for (several, one) in ONE {
        if lower.contains(several) {
            lower = lower.replace(several, one);
        }
    }
    let words = lower.unicode_words().flat_map(|word| word.split(['\'', '’']));
    words.take(LONGEST + 1).map(fold).collect()
}

/// Without what says nothing.
fn telling<'a>(words: &[&'a str]) -> Vec<&'a str> {
    words.iter().copied().filter(|word| !is_in(word, FILLERS)).collect()
}

/// "Do you email receipts" asks for no address.
fn asks_to_do(words: &[&str]) -> bool {
    matches!(
        words.first(),
        Some(
            &("do"
                | "does"
                | "can"
                | "will"
                | "is"
                | "are"
                | "how"
                | "why"
                | "when"
                | "kann"
                | "puis"
                | "puedo")
        )
    )
}

fn is_in(word: &str, list: &str) -> bool {
    list.split_ascii_whitespace().any(|one| one == word)
}

#[cfg(test)]
mod tests {
    use super::Particular::{self, Address, Email, Hours, Telephone};

    #[test]
    fn a_question_asks_for_what_is_the_desks() {
        for (questions, particular) in [
            (
                "what is your phone number|phone number|Telephone?|whats ur tel number|workshop phone number|can I call you?|\
                 how do i ring somebody|Wie lautet Ihre Telefonnummer?|Quel est votre numéro de téléphone ?|teléfono|\
                 numero di telefono|wat is jullie telefoonnummer|電話番号を教えてください|전화번호",
                Telephone,
            ),
            (
                "what's your e-mail address|email address?|email|what is the email|can i email you my cv|Ihre E-Mail-Adresse|\
                 quelle est votre adresse mail ?|¿cuál es su correo electrónico?|メールアドレス",
                Email,
            ),
            (
                "what is your address|address?|where are you|Where are you based?|where is the shop|where's your office located|\
                 postcode for sat nav|how do i find you|Wo seid ihr?|wo finde ich euch|Adresse|Où êtes-vous ?|\
                 ¿dónde están?|dove siete|dov e che siete|dove vi trovo|waar zitten jullie?|住所|你们的地址",
                Address,
            ),
            (
                "opening hours|opening times?|hours|what are your opening hours|when are you open|are you open on sunday?|\
                 what time do you close on fridays|Öffnungszeiten|Wann habt ihr offen?|horaires|horaires d'ouverture|¿Cuál es vuestro horario?|\
                 ¿a qué hora abrís los lunes?|orari|openingstijden|営業時間|wann habt ihr denn auf unter der woche?|\
                 bis wann habt ihr samstags offen|vous êtes ouvert à quelle heure en semaine ?|c'est ouvert le dimanche ?|\
                 ¿hasta qué hora abrís entre semana?|a che ora chiudete la sera|tot hoe laat zijn jullie open op zaterdag|\
                 何時からやってますか?|休みの日は何曜日ですか|Hello! When are you open?|how late are you open|你们几点关门",
                Hours,
            ),
        ] {
            for question in questions.split('|') {
                assert_eq!(Particular::asked(question), [particular], "{question}");
            }
        }
    }

    #[test]
    fn other_questions_ask_for_none() {
        for question in [
            "",
            "can I change my delivery address?",
            "do I need a phone number to register?",
            "do you email receipts",
            "why is my email not arriving",
            "how do I block an ip address",
            "where are you going with this",
            "how do you open this?",
            "hoe sluit u het",
            "where is the setting for colours",
            "how do i call the api",
            "can you send the address of the nearest dealer who still has the old model of that pump in stock",
            "wo ist die Rechnung",
            "what time do you open the pool",
            "how many hours is the course",
            "volunteer hours",
            "christmas hours",
            "email hosting",
            "phone screen",
            "mail order",
            "validate phone number",
            "tel aviv",
            "is your email encrypted",
            "what is your email size limit",
            "メールアドレスを変更したい",
            "忘记邮箱密码",
            "我的订单在哪里",
            "キャンセルできますか",
            "体験は何時からですか",
            "駐車場はどこですか",
            "洗手间在哪里",
            "quando è aperta la piscina?",
            "wann kommt ihr auf den Markt?",
            "en que mes cerrais por vacaciones",
            "are you open to offers",
            "do you open the roof in summer",
        ] {
            assert_eq!(Particular::asked(question), [], "{question}");
        }
    }
}
