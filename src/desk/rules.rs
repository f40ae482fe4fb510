//! Behaviour rules that only the server can judge: those with a condition on the answer. Their card comes with the
//! answer, to every client. All other rules are left to the page, which in its turn never fires one of these, as it does
//! not know the condition. Conditions and cards are the page's own (static/widget/rules.js), and one more:
//!   `{"kind": "answer", "unsure": true, "cites": ["/pricing*"], "curated": "ID"}`, of which each that is there must hold.

use std::time::Duration;

use serde_json::Value;
use url::Url;

use super::{
    Desk,
    reply::{Made, Question},
    visitor::Visitor,
};
use crate::{
    clock::Moment,
    error::Result,
    store::{
        events::{self, NewEvent},
        messages::{Aside, Button, Cta},
    },
};

/// What a button may do.
pub const DEEDS: [&str; 5] = ["link", "message", "lead", "human", "dismiss"];
const BUTTONS: usize = 2;
const ID_CHARACTERS: usize = 64;

/// What the conditions are about.
struct Facts<'a> {
    question: &'a Question,
    made: &'a Made,
}

impl Desk {
    /// The card of the first rule whose conditions hold, if it may fire once more for this visitor.
    pub(super) fn due(
        &self,
        visitor: &Visitor,
        question: &Question,
        made: &Made,
    ) -> Result<Option<Aside>> {
        let facts = Facts { question, made };
        for rule in visitor.agent.profile.rules() {
            let conditions = list(&rule["conditions"]);
            if !conditions.iter().any(is_on_the_answer)
                || !conditions.iter().all(|condition| facts.hold(condition))
            {
                continue;
            }
            let id = rule["id"].as_str().filter(|id| id.chars().count() <= ID_CHARACTERS);
            if let (Some(id), Some(cta)) = (id, card(rule))
                && self.may_fire(visitor, rule, id)?
            {
                return Ok(Some(Aside::Cta { rule_id: id.to_owned(), cta }));
            }
        }
        Ok(None)
    }

    /// Within its `cap` (times for one visitor) and after its `cooldown_s` (since it last fired).
    fn may_fire(&self, visitor: &Visitor, rule: &Value, id: &str) -> Result<bool> {
        let number = |key: &str| rule[key].as_u64().filter(|number| *number > 0);
        let (cap, cooldown) = (number("cap"), number("cooldown_s").map(Duration::from_secs));
        if cap.is_none() && cooldown.is_none() {
            return Ok(true);
        }
        let visitor = visitor.conversation.visitor_id;
        let (times, last) = self.store.peek(|db| events::fired(db, visitor, id))?;
        let now = Moment::now();
        let cools = last.zip(cooldown).is_some_and(|(last, wait)| now.since(last) < wait);
        Ok(cap.is_none_or(|cap| u64::from(times) < cap) && !cools)
    }
}

/// What is noted of a rule that fired.
pub(super) fn fired(beside: &[Aside]) -> Option<NewEvent> {
    beside.iter().find_map(|aside| match aside {
        Aside::Cta { rule_id, .. } => Some(NewEvent {
            event: events::FIRED.to_owned(),
            rule_id: Some(rule_id.clone()),
            metadata: None,
        }),
        _ => None,
    })
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn is_on_the_answer(condition: &Value) -> bool {
    match condition["kind"].as_str() {
        Some("answer") => true,
        Some("any") => list(&condition["of"]).iter().any(is_on_the_answer),
        _ => false,
    }
}

impl Facts<'_> {
    /// A condition of a kind that is not known here holds neither as it is nor turned round.
    fn hold(&self, condition: &Value) -> bool {
        let holds = self.judge(condition);
        holds.is_some_and(|holds| holds != (condition["not"] == Value::Bool(true)))
    }

    fn judge(&self, condition: &Value) -> Option<bool> {
        match condition["kind"].as_str()? {
            "answer" => self.judge_answer(condition),
            "question" => {
                let question = self.question.message.to_lowercase();
                let words = texts(&condition["words"])?;
                Some(words.iter().any(|word| question.contains(&word.to_lowercase())))
            }
            "url" => {
                let patterns = texts(&condition["patterns"])?;
                Some(fits(&patterns, &self.question.page_url))
            }
            "any" => {
                let of = condition["of"].as_array()?;
                of.iter()
                    .all(|one| self.judge(one).is_some())
                    .then(|| of.iter().any(|it| self.hold(it)))
            }
            _ => None,
        }
    }

    fn judge_answer(&self, condition: &Value) -> Option<bool> {
        let mut holds = true;
        match &condition["unsure"] {
            Value::Null => {}
            unsure => holds &= unsure.as_bool()? == self.made.unsure,
        }
        match &condition["curated"] {
            Value::Null => {}
            id => {
                let id = id.as_str()?;
                holds &= self.made.curated.is_some_and(|curated| curated.to_string() == id);
            }
        }
        match &condition["cites"] {
            Value::Null => {}
            patterns => {
                let patterns = texts(patterns)?;
                let mut cited = self.made.spoken.citations.iter();
                holds &= cited.any(|citation| fits(&patterns, &citation.url));
            }
        }
        Some(holds)
    }
}

fn texts(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}

/// As in the page: over the whole address where a pattern begins with a scheme or a star, else over its path.
fn fits(patterns: &[&str], address: &str) -> bool {
    let address = address.split('#').next().unwrap_or_default();
    let path = Url::parse(address).map_or_else(|_| address.to_owned(), |url| url.path().to_owned());
    patterns.iter().any(|pattern| {
        let pattern = pattern.trim();
        let is_whole = pattern.starts_with('*') || pattern.contains("://");
        glob(pattern, if is_whole { address } else { &path })
    })
}

/// A star is anything, and case is none.
fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// The first card among a rule's actions, if it is whole.
fn card(rule: &Value) -> Option<Cta> {
    let card = list(&rule["actions"]).iter().find(|action| action["kind"] == "card")?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let button = |button: &Value| {
        let action = text(&button["do"]).filter(|it| DEEDS.contains(&it.as_str()))?;
        let label = text(&button["label"]).filter(|label| !label.is_empty())?;
        Some(Button { label, action, url: text(&button["url"]), text: text(&button["text"]) })
    };
    let buttons: Vec<Button> =
        list(&card["buttons"]).iter().filter_map(button).take(BUTTONS).collect();
    let (title, text) = (text(&card["title"]), text(&card["text"]).unwrap_or_default());
    (!buttons.is_empty()).then_some(Cta { title, text, buttons })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::messages::Citation;

    fn holds(condition: &Value) -> bool {
        let question = Question {
            message: "What does a TEAM plan cost?".into(),
            page_url: "https://shop.example/plans/team?x=1#y".into(),
            page_context: None,
            client_message_id: None,
            shows_cards: true,
        };
        let mut made = Made { unsure: true, ..Made::default() };
        made.spoken.citations.push(Citation {
            id: 1,
            url: "https://shop.example/Pricing#:~:text=a*b".into(),
            title: String::new(),
            quote: String::new(),
        });
        Facts { question: &question, made: &made }.hold(condition)
    }

    #[test]
    fn each_part_of_a_condition_on_the_answer_must_hold() {
        for (condition, expected) in [
            (json!({"kind": "answer"}), true),
            (json!({"kind": "answer", "unsure": true}), true),
            (json!({"kind": "answer", "unsure": false}), false),
            (json!({"kind": "answer", "unsure": false, "not": true}), true),
            (json!({"kind": "answer", "cites": ["/pricing*"]}), true),
            (
                json!({"kind": "answer", "cites": ["/returns", "https://shop.example/pricing"]}),
                true,
            ),
            (json!({"kind": "answer", "cites": ["/returns"]}), false),
            (json!({"kind": "answer", "cites": ["/pricing"], "unsure": false}), false),
            (json!({"kind": "answer", "curated": "01JZ8QK3T5W7Y9ABCDEFGHJKMN"}), false),
            (json!({"kind": "question", "words": ["team"]}), true),
            (json!({"kind": "url", "patterns": ["/plans/*"]}), true),
            (json!({"kind": "url", "patterns": ["*x=1"]}), true),
            (json!({"kind": "url", "patterns": ["/plans"]}), false),
            (
                json!({"kind": "any", "of": [{"kind": "answer", "unsure": false}, {"kind": "answer"}]}),
                true,
            ),
        ] {
            assert_eq!(holds(&condition), expected, "{condition}");
        }
    }

    #[test]
    fn what_is_malformed_or_not_known_never_holds() {
        for condition in [
            json!({"kind": "answer", "unsure": "yes"}),
            json!({"kind": "answer", "cites": "/pricing", "not": true}),
            json!({"kind": "scroll_depth", "percent": 1, "not": true}),
            json!({"kind": "any", "of": [{"kind": "answer"}, {"kind": "idle"}]}),
            json!({"kind": "any"}),
            json!("answer"),
            json!({}),
        ] {
            assert!(!holds(&condition), "{condition}");
        }
    }

    #[test]
    fn a_star_is_anything() {
        for (pattern, text) in
            [("*", "/a"), ("/a*", "/a"), ("/a*c", "/abc"), ("*b*c*", "abxc"), ("", "")]
        {
            assert!(glob(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in
            [("/a", "/ab"), ("/a*c", "/ab"), ("*b*b", "ab"), ("", "a"), ("aa*aa", "aaa")]
        {
            assert!(!glob(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_card_has_one_or_two_whole_buttons() {
        let rule = |buttons: Value| json!({"actions": [{"kind": "open"}, {"kind": "card", "text": "T", "buttons": buttons}]});
        assert_eq!(card(&rule(json!([]))), None);
        assert_eq!(card(&rule(json!([{"label": "A", "do": "explode"}, {"do": "human"}]))), None);
        let three = json!([{"label": "A", "do": "human"}, 5, {"label": "B", "do": "lead"}, {"label": "C", "do": "dismiss"}]);
        let labels: Vec<String> =
            card(&rule(three)).expect("a card").buttons.into_iter().map(|it| it.label).collect();
        assert_eq!(labels, ["A", "B"]);
    }
}
