//! Whether a message asks for a person, in whatever words, and for nothing that a page could answer: "can I talk to a
//! human", "Mitarbeiter bitte", "转人工". Why may follow ("… about my order"); it is what the person is asked to do.

use crate::desk::asides::plain;

/// For each language, folded words that make up such a wish. A message is one if it holds no other word, until it comes
/// to what it is about.
struct Words {
    /// Who cannot be anybody but a person.
    persons: &'static str,
    /// Who can, where somebody is to be talked to.
    anybody: &'static str,
    /// What is done with them; `get-me` are two words.
    talk: &'static str,
    beside: &'static str,
    /// What follows says why.
    about: &'static str,
}

const LANGUAGES: &[Words] = &[
    Words {
        persons: "human humans operator operators representative representatives rep",
        anybody: "person people someone somebody anyone anybody agent agents advisor advisors adviser staff member employee manager owner \
            boss team support colleague colleagues",
        talk: "talk talking speak speaking chat chatting connected connect-me transferred transfer-me escalate get-me give-me \
            put-me pass-me",
        beside: "can could may might i we u you me us to with a an the some real live actual living being of from your \
            please pls plz just want wanna need d would ll like rather prefer let is there any do have that who here \
            now right instead directly customer service hi hello hey ok okay so no not bot robot machine it possible im m am \
            get give put pass connect transfer through thanks thank one in if ask t don",
        about: "about regarding concerning re because as since for on",
    },
    Words {
        persons: "mensch menschen mitarbeiter mitarbeiterin mitarbeitern ansprechpartner ansprechpartnerin kundenberater \
            sachbearbeiter",
        anybody: "jemand jemandem jemanden person berater beraterin chef chefin kundenservice kundendienst team support",
        talk: "sprechen reden chatten verbinden verbinde verbindet weiterleiten durchstellen unterhalten",
        beside: "kann konnte koennte ich wir man mich uns mit einem einer einen eine ein echten echter echte echtem richtigen \
            richtiger lebenden realen zu zum vom von aus bitte mal gerne gern lieber moechte mochte will wurde wuerde mir \
            ihrem ihren ihnen eurem euren euch sie ihr dem den der hier da ist gibt es auch direkt sofort nur hallo nicht \
            bot",
        about: "wegen uber ueber weil bezuglich zu",
    },
    Words {
        persons: "humain humaine conseiller conseillere operateur operatrice",
        anybody: "quelqu personne agent responsable equipe collegue",
        talk: "parler discuter echanger passez-moi transferez-moi",
        beside: "puis je peux pouvons pourrais pourrait on nous est ce que c possible de d a au un une la le l avec vrai vraie \
            reel reelle etre en chair os s il vous plait te svp stp j aimerais voudrais veux souhaite moi me relation \
            mettre mettez passez transferez votre vos bonjour y t quelque",
        about: "concernant pour propos sujet car parce",
    },
    Words {
        persons: "humano humana humanos operador operadora asesor asesora representante",
        anybody: "persona alguien agente encargado encargada responsable equipo",
        talk: "hablar chatear comunicarme conversar pasame paseme comunicame transfiereme",
        beside: "puedo podria podemos quiero quisiera me gustaria necesito con a un una el la de del real verdad por favor es \
            posible hola se su alguno no ser",
        about: "sobre acerca porque respecto",
    },
    Words {
        persons: "humano humana atendente operador operadora",
        anybody: "pessoa alguem agente assistente responsavel equipe equipa",
        talk: "falar conversar",
        beside: "posso podia poderia quero queria gostaria preciso de com a um uma o real verdade por favor e possivel me ola \
            ser da",
        about: "sobre porque",
    },
    Words {
        persons: "umano umana operatore operatrice addetto addetta consulente",
        anybody: "persona qualcuno responsabile assistenza team",
        talk: "parlare chattare passatemi passami parlo",
        beside: "posso potrei possiamo vorrei voglio preferirei con a un una uno il la del vero vera reale per favore si puo \
            e possibile mi ciao essere in carne ed ossa dello di vostro",
        about: "riguardo circa perche sul sulla",
    },
    Words {
        persons: "mens mensen medewerker medewerkster adviseur",
        anybody: "iemand persoon collega klantenservice team",
        talk: "spreken praten chatten doorverbinden doorverbonden doorverbind overleggen",
        beside: "kan kunnen mag ik we wij met een echte echt van de het jullie uw graag wil zou willen worden u mij me door \
            alsjeblieft alstublieft aub svp hallo hier er is",
        about: "over omdat wegens",
    },
    Words {
        persons: "czlowiekiem konsultantem konsultanta konsultant pracownikiem",
        anybody: "osoba kims",
        talk: "rozmawiac porozmawiac pogadac polaczyc polacz",
        beside: "czy moge chce chcialbym chcialabym z ze prosze zywym prawdziwym prawdziwa mnie",
        about: "o w sprawie",
    },
    Words {
        persons: "insan insanla insana temsilci temsilciyle temsilcisi temsilcisiyle temsilciye yetkiliyle yetkili",
        anybody: "biriyle birisiyle kisiyle",
        talk: "gorusmek konusmak gorusebilir konusabilir baglan baglanmak bagla baglar",
        beside: "bir gercek ile istiyorum miyim misiniz lutfen musteri canli",
        about: "hakkinda",
    },
];

/// The same in scripts that write no blanks, or join words; in a message that is hardly longer.
const JOINED: &[&str] = &[
    "人と話",
    "人間と話",
    "人間に代わ",
    "担当者と話",
    "担当者に代わ",
    "担当の方と話",
    "担当者につな",
    "スタッフと話",
    "スタッフに代わ",
    "スタッフと直接",
    "オペレーターと話",
    "オペレーターに代わ",
    "オペレーターにつな",
    "オペレータにつな",
    "有人チャット",
    "有人対応",
    "人工客服",
    "转人工",
    "轉人工",
    "真人客服",
    "人工服务",
    "和真人",
    "跟真人",
    "找真人",
    "找客服",
    "和人工",
    "상담원 연결",
    "상담원과",
    "상담사와",
    "상담사 연결",
    "사람과 이야기",
    "사람이랑",
    "사람과 대화",
    "직원과 통화",
    "직원과 이야기",
    "التحدث مع شخص",
    "التحدث الى شخص",
    "التحدث إلى شخص",
    "التحدث مع موظف",
    "التحدث إلى موظف",
    "أتحدث مع شخص",
    "أتحدث مع إنسان",
    "اتحدث مع شخص",
];
/// Characters of such a message.
const JOINED_CHARACTERS: usize = 40;
/// Words of a wish, before what it is about.
const WORDS: usize = 24;
/// Words of one that does not say "talk": "a human please".
const SHORT: usize = 4;

/// Whether a person is asked for.
pub fn is_in(message: &str) -> bool {
    if JOINED.iter().any(|wish| message.contains(wish)) {
        return message.chars().count() <= JOINED_CHARACTERS;
    }
    let said = plain(message);
    let said: Vec<&str> = said.split(' ').collect();
    LANGUAGES.iter().any(|language| language.asks(&said))
}

impl Words {
    fn asks(&self, said: &[&str]) -> bool {
        let has = |words: &str, word: &str| words.split(' ').any(|known| known == word);
        let (mut person, mut anybody, mut talk) = (false, false, false);
        let mut before = "";
        for (at, word) in said.iter().enumerate() {
            person |= has(self.persons, word);
            anybody |= has(self.anybody, word);
            let talks = has(self.talk, word) || has(self.talk, &format!("{before}-{word}"));
            before = word;
            talk |= talks;
            if talk && (person || anybody) && has(self.about, word) {
                return true;
            }
            let known = talks
                || [self.persons, self.anybody, self.beside].iter().any(|words| has(words, word));
            if !known || at >= WORDS {
                return false;
            }
        }
        (talk && (person || anybody)) || (person && said.len() <= SHORT)
    }
}

#[cfg(test)]
mod tests {
    use super::is_in;

    #[test]
    fn a_person_is_asked_for_in_many_ways() {
        for wish in [
            "Can I talk to a human?",
            "human please",
            "operator",
            "I'd like to speak to a real person please",
            "can i speak with someone about my order, it has not come",
            "speak to a manager",
            "just let me talk to someone!!",
            "I don't want a bot, get me a human",
            "is there a person I can chat with",
            "connect me with a live agent",
            "Kann ich mit einem Menschen sprechen?",
            "Mitarbeiter bitte",
            "ich möchte mit jemandem reden wegen meiner Bestellung",
            "Puis-je parler à quelqu'un ?",
            "parler à un conseiller",
            "quiero hablar con una persona real",
            "Posso parlare con un operatore?",
            "kan ik met een medewerker spreken",
            "quero falar com um atendente",
            "czy mogę porozmawiać z konsultantem",
            "bir insanla görüşmek istiyorum",
            "担当者と話したいです",
            "转人工",
            "상담원 연결해 주세요",
        ] {
            assert!(is_in(wish), "{wish}");
        }
    }

    #[test]
    fn what_pages_may_answer_is_no_such_wish() {
        for question in [
            "Who can I talk to about billing?",
            "how do I contact customer service?",
            "do you have support?",
            "are you a human?",
            "am I talking to a bot",
            "can I speak to a nutritionist at the clinic",
            "can my agent sign for me?",
            "what does a human need to sleep",
            "do you need a person to sign",
            "can someone give me a lift",
            "can I give it to someone?",
            "can I transfer it to someone",
            "can I pass by with someone",
            "Est-ce que je peux passer avec quelqu'un ?",
            "Is there anyone who can fix a flat?",
            "Gibt es einen Ansprechpartner für Firmenkunden?",
            "Wie viele Mitarbeiter haben Sie?",
            "combien coûte un conseiller",
            "support",
            "people",
            "customer service",
            "",
        ] {
            assert!(!is_in(question), "{question}");
        }
    }
}
