//! An agent as a visitor's browser sees it: its looks and its texts, nothing of its rules behind the counter.

use poem_openapi::{Object, types::Any};
use serde::Serialize;
use serde_json::Value;

use crate::store::agents;

/// The agent as visitors see it.
#[derive(Object, Serialize)]
pub struct Agent {
    /// ULID.
    pub id: String,
    /// The owner's name for it; `persona.name` is what visitors read.
    pub name: String,
    /// Whom visitors talk to.
    pub persona: Persona,
    /// Colours and place of the launcher and the panel.
    pub theme: Theme,
    /// Questions to offer before the first message.
    pub starter_prompts: Vec<String>,
    /// BCP 47.
    pub language_default: String,
    /// What is asked of a visitor who leaves an address.
    pub lead_form: LeadForm,
    /// Paths of the site where the widget stays hidden.
    pub restricted_paths: Vec<String>,
}

/// Whom visitors talk to.
#[derive(Object, Serialize)]
pub struct Persona {
    /// Never empty.
    pub name: String,
    /// How it speaks, such as `friendly`; may be empty.
    pub tone: String,
}

/// Colours and place of the launcher and the panel.
#[derive(Object, Serialize)]
pub struct Theme {
    /// `#rgb` or `#rrggbb`.
    pub primary: String,
    /// `#rgb` or `#rrggbb`.
    pub accent: String,
    /// Pixels.
    pub radius: u32,
    /// `bottom-right` or `bottom-left`.
    pub position: String,
    /// Beside the icon; may be empty.
    pub launcher_label: String,
    /// Instead of the own icon.
    pub launcher_icon_url: Option<String>,
    /// `auto`, `light` or `dark`.
    pub scheme: String,
}

/// The form for contact details.
#[derive(Object, Serialize)]
pub struct LeadForm {
    /// In this order; empty: there is no form.
    pub fields: Vec<LeadField>,
    /// Whether the form comes before the first message.
    pub before_chat: bool,
    /// What the visitor agrees to; none: nothing is asked.
    pub consent: Option<Consent>,
}

/// One question of the form.
#[derive(Object, Serialize)]
pub struct LeadField {
    /// The key in `/leads`: `email`, `name`, `phone`, or one of its `fields`.
    pub name: String,
    /// What visitors read.
    pub label: String,
    /// `text`, `email`, `tel`, `textarea`, `select` or `checkbox`.
    #[oai(rename = "type")]
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether the form cannot be sent without it.
    pub required: bool,
    /// Characters.
    pub max_length: Option<u32>,
    /// Of a `select`.
    pub options: Vec<String>,
}

/// What a visitor agrees to with the form.
#[derive(Object, Serialize)]
pub struct Consent {
    /// What visitors read.
    pub text: String,
    /// Where it says more.
    pub url: Option<String>,
    /// Send it back with the lead: in its `fields`, as `consent_version`, beside the text as `consent_text`.
    pub version: String,
}

/// The line below the panel.
#[derive(Object, Serialize)]
pub struct Branding {
    /// Whether it is shown at all.
    pub show: bool,
    /// What visitors read.
    pub label: String,
    /// Where it leads; may be empty.
    pub url: String,
    /// A picture beside or instead of the label.
    pub logo_url: Option<String>,
    /// `label`, `logo_only` or `logo_and_label`.
    pub display_mode: String,
}

/// A rule to evaluate in the page; ignore the kinds that you do not know.
pub type Rule = Any<Value>;

/// The enabled ones, highest priority first.
pub fn rules(profile: &agents::Profile) -> Vec<Rule> {
    profile.rules().cloned().map(Any).collect()
}

impl From<&agents::Agent> for Agent {
    fn from(agent: &agents::Agent) -> Self {
        let profile = agent.profile.clone();
        let theme = profile.theme;
        let form = profile.lead_form;
        Self {
            id: agent.id.to_string(),
            name: agent.name.clone(),
            persona: Persona { name: agent.persona_name().to_owned(), tone: profile.persona.tone },
            theme: Theme {
                primary: theme.primary,
                accent: theme.accent,
                radius: theme.radius,
                position: theme.position,
                launcher_label: theme.launcher_label,
                launcher_icon_url: theme.launcher_icon_url,
                scheme: theme.scheme,
            },
            starter_prompts: profile.starter_prompts,
            language_default: profile.language_default,
            lead_form: LeadForm {
                fields: form.fields.into_iter().map(LeadField::from).collect(),
                before_chat: form.before_chat,
                consent: form.consent.map(|consent| Consent {
                    text: consent.text,
                    url: consent.url,
                    version: consent.version,
                }),
            },
            restricted_paths: profile.restricted_paths,
        }
    }
}

impl From<agents::LeadField> for LeadField {
    fn from(field: agents::LeadField) -> Self {
        Self {
            name: field.name,
            label: field.label,
            kind: field.kind,
            required: field.required,
            max_length: field.max_length,
            options: field.options,
        }
    }
}

impl From<&agents::Branding> for Branding {
    fn from(branding: &agents::Branding) -> Self {
        let branding = branding.clone();
        Self {
            show: branding.show,
            label: branding.label,
            url: branding.url,
            logo_url: branding.logo_url,
            display_mode: branding.display_mode,
        }
    }
}
