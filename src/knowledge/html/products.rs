//! What a shop's page tells search engines of what it sells (`Product` and `ProductGroup` in JSON-LD, schema.org): prices,
//! each variant's, and whether it is there. Scripts show it on the page, or a choice that nobody made yet.

use std::collections::HashSet;

use serde_json::Value;

use super::{
    data::{is, list, said},
    lines::is_price,
    nodes::bare,
    squeeze,
    written::{escape, without_tags},
};

/// Offers of one page; bytes of a name and of an amount; objects in each other in which a product is looked for.
const MOST: usize = 60;
const LONGEST: usize = 200;
const AMOUNT: usize = 20;
const DEEPEST: usize = 4;
/// Bytes beside a number among which its sign of money stands.
const BESIDE: usize = 5;

/// How what is told is called in a language.
struct Words {
    language: &'static str,
    heading: &'static str,
    price: &'static str,
    /// Those of [`STATES`].
    states: [&'static str; 7],
}

/// How available something is, by the last part of its URL in schema.org.
const STATES: [&[&str]; 7] = [
    &["InStock"],
    &["OutOfStock", "SoldOut"],
    &["PreOrder", "PreSale"],
    &["BackOrder"],
    &["MadeToOrder"],
    &["LimitedAvailability"],
    &["Discontinued"],
];

const WORDS: &[Words] = &[
    Words {
        language: "de",
        heading: "Preis und Verfügbarkeit",
        price: "Preis",
        states: [
            "vorrätig",
            "nicht vorrätig",
            "vorbestellbar",
            "nachbestellt",
            "auf Bestellung",
            "nur noch wenige",
            "nicht mehr erhältlich",
        ],
    },
    Words {
        language: "fr",
        heading: "Prix et disponibilité",
        price: "prix",
        states: [
            "en stock",
            "en rupture de stock",
            "en précommande",
            "en réapprovisionnement",
            "sur commande",
            "stock limité",
            "n'est plus proposé",
        ],
    },
    Words {
        language: "es",
        heading: "Precio y disponibilidad",
        price: "precio",
        states: [
            "en stock",
            "agotado",
            "en preventa",
            "en reposición",
            "bajo pedido",
            "pocas unidades",
            "descatalogado",
        ],
    },
    Words {
        language: "it",
        heading: "Prezzo e disponibilità",
        price: "prezzo",
        states: [
            "disponibile",
            "esaurito",
            "in prevendita",
            "in riassortimento",
            "su ordinazione",
            "pochi pezzi",
            "fuori produzione",
        ],
    },
    Words {
        language: "pt",
        heading: "Preço e disponibilidade",
        price: "preço",
        states: [
            "disponível",
            "esgotado",
            "em pré-venda",
            "em reposição",
            "por encomenda",
            "poucas unidades",
            "descontinuado",
        ],
    },
    Words {
        language: "nl",
        heading: "Prijs en beschikbaarheid",
        price: "prijs",
        states: [
            "op voorraad",
            "niet op voorraad",
            "te pre-orderen",
            "in nabestelling",
            "op bestelling",
            "beperkt op voorraad",
            "niet meer leverbaar",
        ],
    },
    Words {
        language: "en",
        heading: "Price and availability",
        price: "price",
        states: [
            "in stock",
            "out of stock",
            "for pre-order",
            "on back order",
            "made to order",
            "only a few left",
            "no longer sold",
        ],
    },
];

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Offer {
    name: String,
    /// As it is written, with its currency.
    price: String,
    /// Index into [`STATES`].
    state: Option<usize>,
}

pub(super) fn offers(data: &[Value]) -> Vec<Offer> {
    let mut offers = Vec::new();
    for value in data {
        gather(value, DEEPEST, &mut offers);
    }
    offers.truncate(MOST);
    offers
}

fn gather(value: &Value, depth: usize, offers: &mut Vec<Offer>) {
    if depth == 0 || offers.len() >= MOST {
        return;
    }
    for value in list(Some(value)) {
        if offers.len() >= MOST {
            return;
        }
        if is(value, "Product") || is(value, "ProductGroup") {
            product(value, offers);
        } else if let Value::Object(object) = value {
            for key in ["@graph", "mainEntity"] {
                object.get(key).into_iter().for_each(|inner| gather(inner, depth - 1, offers));
            }
        }
    }
}

/// Its own offers, or those of its variants.
fn product(product: &Value, offers: &mut Vec<Offer>) {
    let Some(name) = said(product, "name", LONGEST) else { return };
    let variants = list(product.get("hasVariant"));
    if !variants.is_empty() {
        for variant in variants.iter().take(MOST) {
            let own = said(variant, "name", LONGEST).unwrap_or_else(|| name.clone());
            offers.extend(
                list(variant.get("offers")).iter().take(MOST).filter_map(|it| offer(it, &own)),
            );
        }
        return;
    }
    for one in list(product.get("offers")).iter().take(MOST) {
        // Of an `AggregateOffer` its parts say more.
        let parts = list(one.get("offers"));
        let parts = if parts.is_empty() { std::slice::from_ref(one) } else { parts };
        offers.extend(parts.iter().take(MOST).filter_map(|it| offer(it, &name)));
    }
}

fn offer(offer: &Value, product: &str) -> Option<Offer> {
    let currency = |of: &Value| {
        let code = of.get("priceCurrency")?.as_str()?.trim();
        (code.len() <= AMOUNT && code.chars().all(char::is_alphabetic)).then(|| code.to_owned())
    };
    let specified = list(offer.get("priceSpecification")).iter();
    // Others say what it did cost, what its delivery does, or what members pay.
    let mut now = specified.filter(|it| {
        let is_price = it.get("@type").is_none()
            || ["UnitPriceSpecification", "PriceSpecification"].iter().any(|kind| is(it, kind));
        is_price && it.get("priceType").is_none() && it.get("validForMemberTier").is_none()
    });
    let own = Some(offer).filter(|offer| amount(offer, "price").is_some());
    let priced = own.or_else(|| now.find(|it| amount(it, "price").is_some())).unwrap_or(offer);
    let amount = amount(priced, "price").or_else(|| {
        let [low, high] = ["lowPrice", "highPrice"].map(|key| amount(offer, key));
        match (low?, high) {
            (low, Some(high)) if high != low => Some(format!("{low}–{high}")),
            (low, _) => Some(low),
        }
    });
    let currency = currency(priced).or_else(|| currency(offer)).unwrap_or_default();
    let price = amount.map(|amount| squeeze(&format!("{amount} {currency}"))).unwrap_or_default();
    let state = offer.get("availability").and_then(Value::as_str).and_then(|state| {
        let state = state.rsplit('/').next()?;
        STATES.iter().position(|names| names.contains(&state))
    });
    let name = match said(offer, "name", LONGEST) {
        Some(own) if !bare(&own).contains(&bare(product)) => format!("{product}, {own}"),
        Some(own) => own,
        None => product.to_owned(),
    };
    (!price.is_empty() || state.is_some()).then_some(Offer { name, price, state })
}

/// A number, or text that is one.
fn amount(of: &Value, key: &str) -> Option<String> {
    let amount = match of.get(key)? {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    let is_one = amount.len() <= AMOUNT
        && amount.starts_with(|first: char| first.is_ascii_digit())
        && amount.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b' '));
    is_one.then_some(amount)
}

/// What the content does not show, below it.
pub(super) fn add(offers: &[Offer], language: Option<&str>, content: &mut String) {
    let language = language.and_then(|language| language.get(..2)).unwrap_or("en").to_lowercase();
    let Some(words) = WORDS.iter().find(|words| words.language == language).or(WORDS.last()) else {
        return;
    };
    if offers.is_empty() {
        return;
    }
    let content_text = without_tags(content);
    let (shown, text) = (prices(&content_text), bare(&content_text));
    let is_one = offers.iter().all(|offer| offer.name == offers[0].name);
    let mut seen = HashSet::new();
    let lines = offers.iter().filter_map(|Offer { name, price, state }| {
        let is_shown = amounts(price).is_subset(&shown) && (is_one || text.contains(&bare(name)));
        let price = (!is_shown && !price.is_empty()).then(|| format!("{} {price}", words.price));
        let said = [price, state.map(|state| words.states[state].to_owned())];
        let said: Vec<String> = said.into_iter().flatten().collect();
        (!said.is_empty()).then(|| format!("{name}: {}", said.join(", ")))
    });
    let lines: Vec<String> = lines.filter(|line| seen.insert(line.clone())).collect();
    if lines.is_empty() {
        return;
    }
    content.push_str("<h2>");
    content.push_str(words.heading);
    content.push_str("</h2><ul>");
    for line in lines {
        content.push_str("<li>");
        escape(&line, content);
        content.push_str("</li>");
    }
    content.push_str("</ul>");
}

/// Those numbers of a text that stand beside a sign of money.
fn prices(text: &str) -> HashSet<String> {
    let mut prices = HashSet::new();
    let mut read = 0;
    while let Some(begins) = text[read..].find(is_of_number).map(|at| read + at) {
        let ends = text[begins..].find(|letter| !is_of_number(letter));
        read = ends.map_or(text.len(), |length| begins + length);
        let before = text.floor_char_boundary(begins.saturating_sub(BESIDE));
        let after = text.ceil_char_boundary((read + BESIDE).min(text.len()));
        if is_price(&text[before..after]) {
            prices.extend(amounts(&text[begins..read]));
        }
    }
    prices
}

fn is_of_number(letter: char) -> bool {
    letter.is_ascii_digit() || matches!(letter, '.' | ',')
}

/// The numbers of a text in hundredths, however they are written: "1.299,00", "1299".
fn amounts(text: &str) -> HashSet<String> {
    let pieces = text.split(|letter: char| !is_of_number(letter));
    let numbers = pieces.map(|piece| piece.trim_matches(['.', ','])).filter(|it| !it.is_empty());
    let hundredths = numbers.map(|number| {
        let (whole, part) = match number.rfind(['.', ',']) {
            Some(at) if number.len() - at <= 3 => (&number[..at], &number[at + 1..]),
            _ => (number, ""),
        };
        let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
        format!("{whole}{part:0<2}")
    });
    hundredths.collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::markdown;

    fn page(language: &str, product: &str, shown: &str) -> String {
        markdown(&format!(
            "<html lang={language}><head><script type=application/ld+json>{product}</script></head>\
             <body><main><h1>Tee</h1><p>{shown}</p></main></body></html>"
        ))
    }

    #[test]
    fn what_a_script_shows_of_a_product_is_read() {
        let one = r#"{"@type":"Product","name":"Tee &amp; cap","offers":{"@type":"Offer","price":25,"priceCurrency":"EUR",
            "availability":"https://schema.org/OutOfStock"}}"#;
        assert_eq!(
            page("en", one, "Of wool."),
            "# Tee\n\nOf wool.\n\n## Price and availability\n\n- Tee & cap: price 25 EUR, out of stock"
        );
        let shown = page("de-AT", one, "Aus Wolle, 25,00 €.");
        assert!(
            shown.ends_with("## Preis und Verfügbarkeit\n\n- Tee & cap: nicht vorrätig"),
            "{shown}"
        );
    }

    #[test]
    fn each_variant_has_its_price() {
        let offer = |price: &str, state: &str| {
            format!(
                r#"{{"@type":"Offer","price":"{price}","priceCurrency":"USD","availability":"{state}"}}"#
            )
        };
        let variant = |name: &str, offer: String| {
            format!(r#"{{"@type":"Product","name":"{name}","offers":{offer}}}"#)
        };
        let group = format!(
            r#"[{{"@graph":[{{"@type":["ProductGroup"],"name":"Tee","hasVariant":[{},{}]}}]}}]"#,
            variant("Tee - S", offer("20.00", "InStock")),
            variant("Tee - XL", offer("1,300.50", "http://schema.org/Unheard"))
        );
        let read = page("en", &group, "From 20 dollars.");
        assert!(
            read.ends_with("- Tee - S: price 20.00 USD, in stock\n- Tee - XL: price 1,300.50 USD"),
            "{read}"
        );
    }

    #[test]
    fn of_several_prices_the_one_of_today_is_told() {
        let specified = r#"{"@type":"Product","name":"Tee","offers":[{"@type":"Offer","priceSpecification":[
            {"price":"30","priceCurrency":"EUR","priceType":"https://schema.org/ListPrice"},
            {"price":"18.00","priceCurrency":"EUR"}]}]}"#;
        assert!(page("fr", specified, "x").ends_with("- Tee: prix 18.00 EUR"));
        let delivery = r#"{"@type":"Product","name":"Tee","offers":{"price":49,"priceCurrency":"EUR","availability":"BackOrder",
            "priceSpecification":{"@type":"DeliveryChargeSpecification","price":4.9}}}"#;
        let told = page("en", delivery, "Ships in 49 days, see <a href=/49>€ 5</a>.");
        assert!(told.ends_with("- Tee: price 49 EUR, on back order"), "{told}");
        let range = r#"{"@type":"Product","name":"Tee","offers":{"@type":"AggregateOffer","lowPrice":"18","highPrice":22,
            "priceCurrency":"EUR"}}"#;
        assert!(page("en", range, "x").ends_with("- Tee: price 18–22 EUR"));
    }

    #[test]
    fn what_the_page_shows_or_nobody_can_read_is_left_out() {
        for product in [
            r#"{"@type":"Product","name":"Tee","offers":{"price":"1299.00","priceCurrency":"EUR"}}"#,
            r#"{"@type":"Product","name":"Tee","offers":{"price":"<b>free</b>"}}"#,
            r#"{"@type":"Product","name":["Tee"],"offers":{"price":"7"}}"#,
            r#"{"@type":"Product","offers":{"price":"7"}}"#,
            r#"{"@type":"Product","name":"Tee","offers":[[[]],7,null]}"#,
        ] {
            assert_eq!(page("en", product, "It costs 1.299 €."), "# Tee\n\nIt costs 1.299 €.");
        }
    }
}
