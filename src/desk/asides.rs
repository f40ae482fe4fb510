//! What is offered beside an answer: the form for contact details to whoever asks to be contacted, a rule's card, and
//! further questions that the same pages answer.

use super::{
    Desk,
    reply::{Made, Question, Spoken},
    visitor::Visitor,
};
use crate::{
    answer::{Prompt, Speaker, fold},
    error::Result,
    knowledge::units::BELOW,
    store::messages::Aside,
};

/// Characters of a heading that reads as a question to offer.
const QUESTION_CHARACTERS: std::ops::RangeInclusive<usize> = 8..=100;

/// Whoever says one of these wants to hear from somebody; folded, as whole words.
const CALLS: &[&str] = &[
    "call me",
    "phone me",
    "ring me",
    "call back",
    "callback",
    "contact me",
    "email me",
    "e mail me",
    "mail me",
    "write to me",
    "get back to me",
    "get in touch with me",
    "be in touch with me",
    "reach out to me",
    "rufen sie mich",
    "ruft mich",
    "ruf mich",
    "ruckruf",
    "kontaktieren sie mich",
    "kontaktiert mich",
    "melden sie sich bei mir",
    "meldet euch bei mir",
    "schreiben sie mir",
    "schreibt mir",
    "appelez moi",
    "rappelez moi",
    "me rappeler",
    "contactez moi",
    "me contacter",
    "recontactez moi",
    "ecrivez moi",
    "llamame",
    "llameme",
    "llamenme",
    "que me llamen",
    "contactame",
    "contacteme",
    "contactarme",
    "escribanme",
    "me liguem",
    "me ligue",
    "ligue me",
    "entrem em contato comigo",
    "entre em contato comigo",
    "me contate",
    "contactem me",
    "chiamatemi",
    "richiamatemi",
    "contattatemi",
    "ricontattatemi",
    "contattarmi",
    "scrivetemi",
    "bel mij",
    "bel me",
    "terugbellen",
    "neem contact met mij",
    "neem contact met me",
    "mail mij",
    "zadzwoncie do mnie",
    "zadzwon do mnie",
    "oddzwoncie",
    "skontaktujcie sie ze mna",
    "napiszcie do mnie",
    "beni arayin",
    "benimle iletisime gecin",
    "bana ulasin",
];
/// The same in scripts that write no blanks, or join words.
const JOINED_CALLS: &[&str] = &[
    "連絡ください",
    "連絡をください",
    "連絡してください",
    "電話ください",
    "電話をください",
    "電話してください",
    "折り返し",
    "联系我",
    "聯絡我",
    "聯繫我",
    "打电话给我",
    "给我打电话",
    "打電話給我",
    "给我回电",
    "اتصلوا بي",
    "اتصل بي",
    "تواصلوا معي",
    "تواصل معي",
];

impl Desk {
    /// All that is offered beside an answer, in the order in which it is told.
    pub(super) fn beside(
        &self,
        visitor: &Visitor,
        question: &Question,
        made: &Made,
    ) -> Result<Vec<Aside>> {
        let prompt = wants_contact(visitor, &question.message).then_some(Aside::LeadPrompt);
        let cta = if question.shows_cards { self.due(visitor, question, made)? } else { None };
        let further = made.further.clone();
        let further = (!further.is_empty()).then_some(Aside::Suggestions { suggestions: further });
        Ok([prompt, cta, further].into_iter().flatten().collect())
    }
}

/// Whether the visitor asks to be contacted, and there is a form that nobody filled in yet.
fn wants_contact(visitor: &Visitor, question: &str) -> bool {
    if visitor.conversation.lead_captured || visitor.agent.profile.lead_form.fields.is_empty() {
        return false;
    }
    let words = format!(" {} ", plain(question));
    CALLS.iter().any(|call| words.contains(&format!(" {call} ")))
        || JOINED_CALLS.iter().any(|call| question.contains(call))
}

/// Questions to go on with, at most as many as the agent offers: headings that ask, of the passages beside those that
/// the answer cites, then the agent's own first questions; none that was asked already.
pub fn suggestions(
    visitor: &Visitor,
    prompt: &Prompt,
    spoken: &Spoken,
    unsure: bool,
) -> Vec<String> {
    let profile = &visitor.agent.profile;
    let most = profile.answers.suggestions as usize;
    let asked = prompt.history.iter().filter(|said| said.role == Speaker::Visitor);
    let mut known: Vec<String> = asked.map(|said| plain(&said.content)).collect();
    known.push(plain(&prompt.question));

    let cited = |number: usize| spoken.citations.iter().any(|it| it.id as usize == number);
    // Nothing goes on from a greeting.
    let goes_on = !unsure && !spoken.citations.is_empty();
    let others = prompt.sources.iter().enumerate().filter(|(at, _)| goes_on && !cited(at + 1));
    let headings = others.filter_map(|(_, source)| asking(&source.heading));
    let mut offered = Vec::new();
    for question in headings.chain(profile.starter_prompts.iter().map(String::as_str)) {
        let words = plain(question);
        if offered.len() < most && !words.is_empty() && !known.contains(&words) {
            known.push(words);
            offered.push(question.to_owned());
        }
    }
    offered
}

/// The last of the headings, if it is a question.
fn asking(heading: &str) -> Option<&str> {
    let last = heading.rsplit(BELOW).next()?.trim();
    let asks = last.ends_with(['?', '？', '؟']);
    (asks && QUESTION_CHARACTERS.contains(&last.chars().count())).then_some(last)
}

/// Folded words with one blank between them.
pub(super) fn plain(text: &str) -> String {
    let folded = fold(text);
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
