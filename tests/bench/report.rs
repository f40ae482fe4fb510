//! What is printed: one JSON line for each measurement on standard output, and at the end a table for people, with the
//! bars, on standard error.

use serde_json::{Value, json};

pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Sorted measurements, in milliseconds.
pub struct Samples(Vec<f64>);

impl Samples {
    pub fn new(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    /// The nearest-rank percentile; not a number without samples.
    pub fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100);
        self.0.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// One measurement under way to its JSON line.
pub struct Line(Vec<(String, Value)>);

impl Line {
    pub fn new(bench: &str) -> Self {
        Self(vec![("bench".to_owned(), json!(bench))])
    }

    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.push((key.to_owned(), value.into()));
        self
    }

    /// With three decimals.
    pub fn number(self, key: &str, value: f64) -> Self {
        self.with(key, (value * 1000.0).round() / 1000.0)
    }

    pub fn times(self, samples: &Samples) -> Self {
        self.with("n", samples.len())
            .number("p50_ms", samples.percentile(50))
            .number("p90_ms", samples.percentile(90))
            .number("p99_ms", samples.percentile(99))
    }

    pub fn print(self) {
        let pairs: Vec<String> =
            self.0.iter().map(|(key, value)| format!("{}:{value}", json!(key))).collect();
        println!("{{{}}}", pairs.join(","));
    }
}

/// What a figure is held against.
pub enum Bar {
    None,
    AtLeast(f64),
    AtMost(f64),
}

struct Row {
    what: String,
    figure: String,
    /// How many hello-world requests cost as much.
    of_hello: String,
    bar: String,
    missed: bool,
}

#[derive(Default)]
pub struct Table(Vec<Row>);

impl Table {
    /// `unit` follows the figure and the bar, such as ` ms`.
    pub fn row(&mut self, what: impl Into<String>, figure: f64, unit: &str, bar: &Bar) {
        self.push(what.into(), figure, unit, bar, String::new());
    }

    /// A throughput, with its share of the hello world's.
    pub fn rate(&mut self, what: impl Into<String>, per_second: f64, hello: f64, bar: &Bar) {
        let share = format!("{:.2} %", 100.0 * per_second / hello);
        self.push(what.into(), per_second, "/s", bar, share);
    }

    fn push(&mut self, what: String, figure: f64, unit: &str, bar: &Bar, of_hello: String) {
        let (bar, missed) = match *bar {
            Bar::None => (String::new(), false),
            Bar::AtLeast(least) => (format!(">= {}{unit}", short(least)), figure < least),
            Bar::AtMost(most) => (format!("<= {}{unit}", short(most)), figure > most),
        };
        self.0.push(Row {
            what,
            figure: format!("{}{unit}", short(figure)),
            of_hello,
            bar,
            missed,
        });
    }

    pub fn print(&self) {
        eprintln!("\n{:<62} {:>14} {:>10} {:>14}", "", "measured", "of hello", "bar");
        for Row { what, figure, of_hello, bar, missed } in &self.0 {
            let verdict = if *missed { " missed" } else { "" };
            eprintln!("{what:<62} {figure:>14} {of_hello:>10} {bar:>14}{verdict}");
        }
    }
}

/// Three significant digits or so.
fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// A count as a number that can be divided.
pub fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::INFINITY, f64::from)
}

/// Bytes as MB.
pub fn mb(bytes: u64) -> f64 {
    count(usize::try_from(bytes / 1000).unwrap_or(usize::MAX)) / 1000.0
}
