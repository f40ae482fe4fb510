//! The page's HTML. Every text that is not ours passes here through one of two doors: escaped, or as clean prose.

use std::collections::BTreeMap;

use ammonia::clean_text;
use ulid::Ulid;

use super::{
    colours,
    contact::{self, Contact},
    frame::Frame,
    prose::{self, REL},
    sent::{Deed, Sent},
    words::Words,
};
use crate::{
    answer::is_regret,
    clock::Moment,
    desk::handover::{self, hours},
    error::Error,
    http::tag,
    store::{
        agents::{Agent, Branding},
        conversations::{Conversation, Status},
        messages::{Citation, Message, Role},
    },
};

/// The widget's texts that the page says, too.
#[cfg(test)]
pub const SAID: [&str; 27] = [
    "assistant",
    "away",
    "contact",
    "conversation",
    "email",
    "email_label",
    "failed",
    "full",
    "greeting",
    "human",
    "joined",
    "lead",
    "lead_send",
    "lead_thanks",
    "limited",
    "opens",
    "person",
    "placeholder",
    "required",
    "retry",
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
    pub said: Vec<Message>,
    pub form: Form,
    /// None once details were left: nobody is asked twice.
    contact: Option<Contact>,
    /// Details were left just now.
    pub thanks: bool,
    status: Status,
    /// Who answers now, if that is not the machine.
    standing: Option<String>,
    /// Why what was wanted was not done.
    notice: Option<String>,
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

impl<'a> Page<'a> {
    /// Before anything was said.
    pub fn of(agent: &'a Agent, words: &'a Words) -> Self {
        Self {
            agent,
            words,
            said: Vec::new(),
            form: Form::default(),
            contact: Some(Contact::default()),
            thanks: false,
            status: Status::Bot,
            standing: None,
            notice: None,
        }
    }

    /// How the conversation stands.
    pub fn stands(&mut self, conversation: &Conversation, now: Moment) {
        let handover = &self.agent.profile.handover;
        let opens_at = hours::opens_at(handover, now).map(|opens| hours::local(handover, opens));
        self.status = handover::status(conversation, now);
        self.standing = self.words.of_status(self.status, opens_at.as_deref());
        if conversation.lead_captured {
            self.contact = None;
        } else if self.status == Status::Offline {
            self.offer_contact();
        }
    }

    pub fn offer_contact(&mut self) {
        if let Some(contact) = &mut self.contact {
            contact.is_offered = true;
        }
    }

    /// What was typed into the contact form stays, whatever was wanted.
    pub fn keep(&mut self, typed: &BTreeMap<String, String>) {
        let is_offered = !typed.is_empty();
        self.contact = Some(Contact { typed: typed.clone(), is_offered, ..Contact::default() });
    }

    /// What was refused is said where it was wanted, with all that was typed there.
    pub fn refuse(&mut self, refusal: &Error, sent: &Sent) {
        let is_too_long =
            refusal.fields().contains_key("message") && !sent.message.trim().is_empty();
        let text = if is_too_long {
            self.words.too_long().to_owned()
        } else {
            self.words.of_refusal(refusal)
        };
        if sent.deed != Deed::LeaveDetails {
            self.notice = Some(text);
            return;
        }
        let wrong = contact::said(refusal.fields(), &sent.contact, self.words);
        let refusal = wrong.is_empty().then_some(text);
        let typed = sent.contact.clone();
        self.contact = Some(Contact { typed, wrong, refusal, is_offered: true });
    }

    /// What the page's `style` element holds.
    pub fn style(&self) -> String {
        colours::style(&self.agent.profile.theme)
    }

    pub fn text(&self) -> String {
        let name = clean_text(self.agent.persona_name());
        // Whoever began with the form goes on with it: the widget would show another conversation.
        let goes_on = !self.form.session.is_empty();
        let initial: String = self.agent.persona_name().chars().take(1).collect();
        let content = format!(
            "<main class=\"chat\">\n<header>\n\
             <svg viewBox=\"0 0 40 40\" width=\"40\" height=\"40\" aria-hidden=\"true\">\
             <circle cx=\"20\" cy=\"20\" r=\"20\"/>\
             <text x=\"20\" y=\"26\" text-anchor=\"middle\">{}</text></svg>\n\
             <div><h1 dir=\"auto\">{name}</h1>\n<p>{}</p></div>\n</header>\n{}{}{}{}{}</main>\n{}",
            clean_text(&initial.to_uppercase()),
            self.say(if self.status == Status::Human { "person" } else { "assistant" }),
            self.thread(),
            self.standing(),
            self.form(),
            self.more(),
            branding(&self.agent.profile.branding),
            if goes_on { String::new() } else { tag::page(self.agent.id) },
        );
        let theme = &self.agent.profile.theme;
        let dark = colours::dark_media(theme).map_or(String::new(), |media| {
            format!(
                "<link rel=\"stylesheet\" href=\"/frontdesk-pages/chat-dark.css\" media=\"{media}\">\n"
            )
        });
        let script = "\n<script src=\"/frontdesk-pages/chat.js\"></script>";
        let script = if goes_on { "" } else { script };
        let head = format!("{dark}<style>{}</style>{script}", self.style());
        let scheme = colours::color_scheme(theme);
        Frame { language: &self.words.language, direction: self.words.direction(), scheme }
            .around(&name, &head, &content)
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

    fn standing(&self) -> String {
        let Some(text) = &self.standing else { return String::new() };
        let way = match (&self.contact, self.status) {
            (Some(_), Status::Offline) => {
                format!(" <a href=\"#contact\">{}</a>", self.say("contact"))
            }
            _ => String::new(),
        };
        let text = clean_text(text);
        format!("<p class=\"notice\" id=\"standing\" role=\"status\">{text}{way}</p>\n")
    }

    /// Details come before the first question, where the owner wants that.
    fn contact_comes_first(&self) -> bool {
        let before_chat = self.agent.profile.lead_form.before_chat;
        before_chat && self.said.is_empty() && self.contact.is_some()
    }

    /// What the form is sent with.
    fn hidden(&self) -> String {
        let hidden = |name: &str, value: &str| {
            format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">\n", clean_text(value))
        };
        let Form { session, anon_id, .. } = &self.form;
        hidden("session", session) + &hidden("anon_id", anon_id)
    }

    fn action(&self, place: &str) -> String {
        format!("/chat/{}#{place}", self.agent.id)
    }

    fn form(&self) -> String {
        let notice = self.notice.as_deref().map_or(String::new(), |notice| {
            format!("<p class=\"notice wrong\" role=\"alert\">{}</p>\n", clean_text(notice))
        });
        let composer = format!(
            "<div class=\"composer\">\n\
             <textarea name=\"message\" rows=\"2\" maxlength=\"4000\" dir=\"auto\" aria-label=\"{0}\" \
             placeholder=\"{0}\">\n{1}</textarea>\n<button class=\"primary\" formnovalidate>{2}</button>\n</div>\n",
            self.say("placeholder"),
            clean_text(&self.form.message),
            self.say("send"),
        );
        let (starters, composer) = if self.contact_comes_first() {
            Default::default()
        } else {
            (self.starters(), composer)
        };
        let default =
            self.contact.as_ref().map(|_| Contact::default_button(&self.action("contact")));
        format!(
            "<form id=\"ask\" method=\"post\" action=\"{}\" autocomplete=\"off\">\n{}{}\
             <input type=\"hidden\" name=\"client_message_id\" value=\"{}\">\n{starters}{notice}{composer}</form>\n",
            self.action("last"),
            default.unwrap_or_default(),
            self.hidden(),
            Ulid::generate(),
        )
    }

    /// Other ways to be helped: a person, now or later.
    fn more(&self) -> String {
        let (deed, label) = match self.status {
            Status::Waiting | Status::Human => (Deed::Look, clean_text(self.words.look())),
            Status::Bot | Status::Offline => (Deed::AskForHuman, self.say("human")),
        };
        // With the form of the question, so that what was typed there is not lost.
        let person = format!(
            "<button form=\"ask\" name=\"do\" value=\"{}\" formaction=\"{}\" formnovalidate>{label}</button>\n",
            deed.name(),
            self.action("standing"),
        );
        format!("<div class=\"more\">\n{person}{}</div>\n", self.contact())
    }

    fn contact(&self) -> String {
        let Some(contact) = &self.contact else {
            if !self.thanks {
                return String::new();
            }
            let thanks = self.say("lead_thanks");
            return format!("<p class=\"notice\" id=\"contact\" role=\"status\">{thanks}</p>\n");
        };
        let lead_form = &self.agent.profile.lead_form;
        let form = contact.html(lead_form, &self.action("contact"), self.words);
        let title = self.say("lead");
        if self.contact_comes_first() {
            return format!("<section id=\"contact\">\n<h2>{title}</h2>\n{form}</section>\n");
        }
        let open = if contact.is_offered { " open" } else { "" };
        format!(
            "<details id=\"contact\"{open}>\n<summary>{}</summary>\n<h2>{title}</h2>\n{form}</details>\n",
            self.say("contact")
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
