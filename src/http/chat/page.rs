//! The page's HTML. Every text that is not ours passes here through one of two doors: escaped, or as clean prose.

use ammonia::clean_text;
use ulid::Ulid;

use super::{
    prose::{self, REL},
    words::Words,
};
use crate::{
    answer::is_regret,
    error::Kind,
    http::{assets::Asset, tag},
    store::{
        agents::{Agent, Branding},
        messages::{Citation, Message, Role},
    },
};

/// The widget's texts that the page says, too.
#[cfg(test)]
pub const SAID: [&str; 17] = [
    "assistant",
    "conversation",
    "failed",
    "full",
    "greeting",
    "joined",
    "limited",
    "person",
    "placeholder",
    "required",
    "said",
    "send",
    "sources",
    "stopped",
    "suggestions",
    "waiting",
    "you",
];

pub struct Page<'a> {
    pub agent: &'a Agent,
    pub words: &'a Words,
    /// Oldest first.
    pub said: &'a [Message],
    pub form: Form,
    /// Why there is no answer, or who will give it.
    pub notice: Option<String>,
}

/// What the next question is sent with.
#[derive(Default)]
pub struct Form {
    /// Empty before the first question.
    pub session: String,
    pub anon_id: String,
    /// What was typed already.
    pub message: String,
}

impl Page<'_> {
    pub fn text(&self) -> String {
        let name = clean_text(self.agent.persona_name());
        let initial: String = self.agent.persona_name().chars().take(1).collect();
        let colour = &self.agent.profile.theme.primary;
        let content = format!(
            "<main class=\"chat\">\n<header>\n\
             <svg viewBox=\"0 0 40 40\" width=\"40\" height=\"40\" aria-hidden=\"true\">\
             <circle cx=\"20\" cy=\"20\" r=\"19.5\" fill=\"{}\"/>\
             <text x=\"20\" y=\"26\" text-anchor=\"middle\" fill=\"{}\">{}</text></svg>\n\
             <div><h1 dir=\"auto\">{name}</h1>\n<p>{}</p></div>\n</header>\n{}{}</main>\n{}",
            clean_text(colour),
            ink(colour),
            clean_text(&initial.to_uppercase()),
            self.say("assistant"),
            self.thread(),
            self.form(),
            tag::page(self.agent.id),
        );
        whole(&self.words.language, self.words.direction(), &name, &content)
    }

    fn say(&self, key: &str) -> String {
        clean_text(self.words.say(key))
    }

    fn thread(&self) -> String {
        if self.said.is_empty() {
            let greeting = self.say("greeting");
            return format!("<p class=\"greeting\" dir=\"auto\">{greeting}</p>\n");
        }
        let last = self.said.iter().rposition(|message| message.role == Role::User);
        let messages = self.said.iter().enumerate().map(|(at, message)| match message.role {
            Role::User => self.question(message, Some(at) == last),
            Role::Assistant | Role::HumanAgent => self.answer(message),
        });
        let messages: String = messages.collect();
        format!("<h2 class=\"unseen\">{}</h2>\n{messages}", self.say("conversation"))
    }

    /// The last one is where the browser scrolls to.
    fn question(&self, message: &Message, is_last: bool) -> String {
        let id = if is_last { " id=\"last\"" } else { "" };
        let (you, text) = (self.say("you"), clean_text(&message.content));
        format!(
            "<article class=\"mine\"{id}>\n<h3 class=\"unseen\">{you}</h3>\n<p dir=\"auto\">{text}</p>\n</article>\n"
        )
    }

    fn answer(&self, message: &Message) -> String {
        let speaker = match message.role {
            Role::HumanAgent => self.words.say("person"),
            _ => self.agent.persona_name(),
        };
        let said = clean_text(&self.words.say("said").replace("{name}", speaker));
        let mut html = format!(
            "<article class=\"theirs\">\n<h3 class=\"unseen\">{said}</h3>\n<div class=\"prose\" dir=\"auto\">{}</div>\n",
            prose::html(&message.content, &message.citations)
        );
        if !message.complete {
            html += &format!("<p class=\"aside\">{}</p>\n", self.say("stopped"));
        } else if message.low_confidence && !is_regret(&message.content) {
            html += &format!("<p class=\"aside\">{}</p>\n", clean_text(self.words.unsure()));
        }
        if !message.citations.is_empty() {
            let sources: String = message.citations.iter().map(source).collect();
            html += &format!(
                "<ol class=\"sources\" aria-label=\"{}\">\n{sources}</ol>\n",
                self.say("sources")
            );
        }
        html + "</article>\n"
    }

    fn form(&self) -> String {
        let Form { session, anon_id, message } = &self.form;
        let hidden = |name: &str, value: &str| {
            format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">\n", clean_text(value))
        };
        let notice = self.notice.as_deref().map_or(String::new(), |notice| {
            format!("<p class=\"notice\" role=\"alert\">{}</p>\n", clean_text(notice))
        });
        format!(
            "<form method=\"post\" action=\"/chat/{}#last\" autocomplete=\"off\">\n{}{}{}{}{notice}\
             <div class=\"composer\">\n\
             <textarea name=\"message\" rows=\"2\" maxlength=\"4000\" required dir=\"auto\" aria-label=\"{}\" \
             placeholder=\"{}\">{}</textarea>\n<button>{}</button>\n</div>\n{}</form>\n",
            self.agent.id,
            hidden("session", session),
            hidden("anon_id", anon_id),
            hidden("client_message_id", &Ulid::generate().to_string()),
            self.starters(),
            self.say("placeholder"),
            self.say("placeholder"),
            clean_text(message),
            self.say("send"),
            branding(&self.agent.profile.branding),
        )
    }

    fn starters(&self) -> String {
        let prompts = &self.agent.profile.starter_prompts;
        if prompts.is_empty() || !self.said.is_empty() {
            return String::new();
        }
        let buttons = prompts.iter().map(|prompt| {
            let prompt = clean_text(prompt);
            format!("<button name=\"starter\" value=\"{prompt}\" formnovalidate dir=\"auto\">{prompt}</button>\n")
        });
        let buttons: String = buttons.collect();
        let label = self.say("suggestions");
        format!("<div class=\"starters\" role=\"group\" aria-label=\"{label}\">\n{buttons}</div>\n")
    }
}

/// A page that only says why there is no chat: in English, as no agent says in what else.
pub fn refusal(kind: Kind) -> String {
    let (title, text) = match kind {
        Kind::NotFound => (
            "There is no chat here",
            "The address may be mistyped, or its owner has not published the chat.",
        ),
        Kind::Forbidden => (
            "Not from there",
            "This question was sent from another website. Open the chat itself, and ask there.",
        ),
        _ => ("That did not work", "Please try again in a moment."),
    };
    whole("en", "ltr", title, &format!("<main>\n<h1>{title}</h1>\n<p>{text}</p>\n</main>\n"))
}

fn whole(language: &str, direction: &str, title: &str, content: &str) -> String {
    let frame = Asset::carried("pages/chat.html").map(|asset| asset.text()).unwrap_or_default();
    // The content last, as it may hold whatever looks like a place to be filled.
    frame
        .replace("{{language}}", language)
        .replace("{{direction}}", direction)
        .replace("{{title}}", title)
        .replace("{{content}}", content)
}

fn source(citation: &Citation) -> String {
    let title = if citation.title.is_empty() { &citation.url } else { &citation.title };
    let title = clean_text(title);
    let title = prose::link(citation).map_or(title.clone(), |url| {
        format!("<a href=\"{}\" target=\"_blank\" rel=\"{REL}\">{title}</a>", clean_text(url))
    });
    let quote = if citation.quote.is_empty() {
        String::new()
    } else {
        format!("\n<q>{}</q>", clean_text(&citation.quote))
    };
    format!("<li value=\"{}\" dir=\"auto\">{title}{quote}</li>\n", citation.id)
}

fn branding(branding: &Branding) -> String {
    let label = clean_text(&branding.label);
    if !branding.show || label.is_empty() {
        return String::new();
    }
    if branding.url.is_empty() {
        return format!("<p class=\"brand\">{label}</p>\n");
    }
    let url = clean_text(&branding.url);
    format!(
        "<p class=\"brand\"><a href=\"{url}\" target=\"_blank\" rel=\"noopener\">{label}</a></p>\n"
    )
}

/// Black or white, whichever reads on a colour (WCAG's relative luminance, as in the loader).
fn ink(colour: &str) -> &'static str {
    let digits: Vec<u32> = colour.chars().filter_map(|digit| digit.to_digit(16)).collect();
    let of = |at: usize| match digits.len() {
        3 => digits[at] * 17,
        6 => digits[2 * at] * 16 + digits[2 * at + 1],
        _ => 0,
    };
    let light = |at: usize| (f64::from(of(at)) / 255.0).powf(2.2);
    if 0.2126 * light(0) + 0.7152 * light(1) + 0.0722 * light(2) > 0.183 { "#000" } else { "#fff" }
}
