//! The form for contact details on the page: the agent's own fields, judged as the widget judges them. What was typed
//! comes back with whatever is wrong.

use std::collections::BTreeMap;

use ammonia::clean_text;
use serde_json::Value;

use super::{
    prose::REL,
    sent::{CONTACT, Deed},
    words::Words,
};
use crate::{
    desk::leads::Details,
    error::Fields,
    store::agents::{LeadField, LeadForm},
};

/// The answer to the question for consent.
const CONSENT: &str = "consent";

/// The form as a page shows it.
#[derive(Default)]
pub struct Contact {
    /// By the names of the fields.
    pub typed: BTreeMap<String, String>,
    /// What is wrong, by the names of the fields.
    pub wrong: BTreeMap<String, String>,
    /// Why the server did not take what is right.
    pub refusal: Option<String>,
    /// Shown without being asked for.
    pub is_offered: bool,
}

/// The agent's fields; the address that a lead is known by is always among them.
fn fields(form: &LeadForm, words: &Words) -> Vec<LeadField> {
    let mut fields = form.fields.clone();
    if !fields.iter().any(|field| field.name == "email") {
        let (name, kind) = ("email".into(), "email".into());
        let label = words.say("email_label").into();
        fields.push(LeadField { name, label, kind, required: true, ..LeadField::default() });
    }
    fields
}

/// What is missing of what was typed, by the names of the fields. Whether the address is one, the desk says.
pub fn missing(form: &LeadForm, typed: &BTreeMap<String, String>) -> Fields {
    let asked = form.fields.iter().filter(|field| field.required);
    let mut names: Vec<String> = asked.map(|field| field.name.clone()).collect();
    names.push("email".to_owned());
    names.extend(form.consent.as_ref().map(|_| CONSENT.to_owned()));
    names.retain(|name| is_missing(typed, name));
    names.into_iter().map(|name| (name, vec!["is needed".to_owned()])).collect()
}

fn is_missing(typed: &BTreeMap<String, String>, name: &str) -> bool {
    typed.get(name).is_none_or(|text| text.trim().is_empty())
}

/// What was found wrong, in the visitor's language: of a text that is there, and no address, only that it is too long.
pub fn said(
    wrong: &Fields,
    typed: &BTreeMap<String, String>,
    words: &Words,
) -> BTreeMap<String, String> {
    let named = wrong.keys().map(|field| {
        let name = field.strip_prefix("fields.").unwrap_or(field);
        let text = match name {
            _ if is_missing(typed, name) => words.say("required").to_owned(),
            "email" => words.say("email").to_owned(),
            _ => words.too_long().to_owned(),
        };
        (name.to_owned(), text)
    });
    named.collect()
}

/// For the desk: with the words that were consented to, and their version.
pub fn details(form: &LeadForm, typed: &BTreeMap<String, String>) -> Details {
    let mut rest = typed.clone();
    let mut take = |name: &str| rest.remove(name);
    let (email, name, phone) = (take("email"), take("name"), take("phone"));
    if take(CONSENT).is_some()
        && let Some(consent) = &form.consent
    {
        rest.insert("consent_text".into(), consent.text.clone());
        rest.insert("consent_version".into(), consent.version.clone());
    }
    let fields = rest.into_iter().map(|(key, text)| (key, Value::String(text))).collect();
    Details { email: email.unwrap_or_default(), name, phone, fields }
}

impl Contact {
    /// The HTML of what belongs to the page's one form, so that a question that is typed there goes along.
    pub fn html(&self, form: &LeadForm, action: &str, words: &Words) -> String {
        let fields = fields(form, words);
        let rows = fields.iter().enumerate();
        let rows: String =
            rows.map(|(at, field)| self.row(at, field, &clean_text(&field.label))).collect();
        let consent = form.consent.as_ref().map_or(String::new(), |consent| {
            let text = clean_text(&consent.text);
            let label = match consent.url.as_deref().filter(|url| is_web(url)) {
                Some(url) => {
                    let url = clean_text(url);
                    format!("<a href=\"{url}\" target=\"_blank\" rel=\"{REL}\">{text}</a>")
                }
                None => text,
            };
            let kind = "checkbox".into();
            let field =
                LeadField { name: CONSENT.into(), kind, required: true, ..LeadField::default() };
            self.row(fields.len(), &field, &label)
        });
        let refusal = self.refusal.as_deref().map_or(String::new(), |text| {
            format!("<p class=\"notice wrong\" role=\"alert\">{}</p>\n", clean_text(text))
        });
        format!(
            "<div class=\"contact\">\n{rows}{consent}{refusal}<button class=\"primary\" {}>{}</button>\n</div>\n",
            pressed(action),
            clean_text(words.say("lead_send")),
        )
    }

    /// The button that Enter presses in any of the fields: a browser takes the first of the form.
    pub fn default_button(action: &str) -> String {
        format!(
            "<button class=\"unseen\" tabindex=\"-1\" aria-hidden=\"true\" {}></button>\n",
            pressed(action)
        )
    }

    /// `label` is HTML.
    fn row(&self, at: usize, field: &LeadField, label: &str) -> String {
        let id = format!("contact-{at}");
        let (error, described) = match self.wrong.get(&field.name) {
            Some(text) => (
                format!("<small class=\"wrong\" id=\"{id}-wrong\">{}</small>\n", clean_text(text)),
                format!(" aria-invalid=\"true\" aria-describedby=\"{id}-wrong\""),
            ),
            None => Default::default(),
        };
        let control = self.control(field, &id, &described);
        let is_check = field.kind == "checkbox";
        let star =
            if field.required && !is_check { "<span aria-hidden=\"true\"> *</span>" } else { "" };
        let label = format!("<label for=\"{id}\"><bdi>{label}</bdi>{star}</label>\n");
        if is_check {
            format!("<div class=\"field check\">\n{control}{label}{error}</div>\n")
        } else {
            format!("<div class=\"field\">\n{label}{control}{error}</div>\n")
        }
    }

    fn control(&self, field: &LeadField, id: &str, described: &str) -> String {
        let typed = self.typed.get(&field.name).map_or("", String::as_str);
        let text = clean_text(typed);
        let required = if field.required { " required" } else { "" };
        let longest =
            field.max_length.map_or(String::new(), |most| format!(" maxlength=\"{most}\""));
        let name = clean_text(&format!("{CONTACT}{}", field.name));
        let common = format!("form=\"ask\" id=\"{id}\" name=\"{name}\"{required}{described}");
        match field.kind.as_str() {
            "textarea" => {
                format!("<textarea rows=\"3\" dir=\"auto\" {common}{longest}>\n{text}</textarea>\n")
            }
            "select" => {
                let options = field.options.iter().map(|option| {
                    let chosen = if option == typed { " selected" } else { "" };
                    let option = clean_text(option);
                    format!("<option value=\"{option}\"{chosen}>{option}</option>\n")
                });
                let options: String = options.collect();
                format!("<select {common}>\n<option value=\"\"></option>\n{options}</select>\n")
            }
            "checkbox" => {
                let checked = if typed.is_empty() { "" } else { " checked" };
                format!("<input type=\"checkbox\" value=\"yes\" {common}{checked}>\n")
            }
            kind => {
                let kind = if matches!(kind, "email" | "tel") { kind } else { "text" };
                let purpose = match (field.name.as_str(), kind) {
                    ("name", _) => " autocomplete=\"name\"",
                    (_, "email") => " autocomplete=\"email\"",
                    (_, "tel") => " autocomplete=\"tel\"",
                    _ => "",
                };
                format!(
                    "<input type=\"{kind}\" dir=\"auto\" value=\"{text}\"{purpose} {common}{longest}>\n"
                )
            }
        }
    }
}

/// What a button has that leaves the details.
fn pressed(action: &str) -> String {
    let deed = Deed::LeaveDetails.name();
    format!("form=\"ask\" name=\"do\" value=\"{deed}\" formaction=\"{action}\"")
}

fn is_web(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}
