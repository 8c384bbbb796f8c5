//! The results as a table.

use serde_json::Value;

/// One benchmark's result; the first figure is ours.
pub struct Row {
    /// What was measured.
    pub name: String,
    /// In what.
    pub unit: Unit,
    /// By whom.
    pub figures: Vec<Figure>,
}

/// In what something is measured.
#[derive(Clone, Copy)]
pub enum Unit {
    /// Time.
    Milliseconds,
    /// Size, in thousands of bytes.
    Kilobytes,
}

/// The figure of one contender.
pub struct Figure {
    contender: String,
    rounds: Vec<f64>,
}

impl Row {
    /// From what the page reports; none when it is not of that shape.
    pub fn from_report(row: &Value) -> Option<Self> {
        let figure = |figure: &Value| {
            let rounds = figure["ms"]
                .as_array()?
                .iter()
                .map(Value::as_f64)
                .collect::<Option<Vec<_>>>()?;
            Some(Figure {
                contender: figure["contender"].as_str()?.to_owned(),
                rounds,
            })
        };
        Some(Self {
            name: row["name"].as_str()?.to_owned(),
            unit: Unit::Milliseconds,
            figures: row["figures"]
                .as_array()?
                .iter()
                .map(figure)
                .collect::<Option<_>>()?,
        })
    }

    /// Its medians, in one line.
    pub fn line(&self) -> String {
        let figures = self.figures.iter();
        let figures =
            figures.map(|it| format!("{} {}", it.contender, amount(it.median(), self.unit)));
        format!("{}: {}", self.name, figures.collect::<Vec<_>>().join(", "))
    }
}

impl Figure {
    /// Of something that is the same in every round.
    pub fn one(contender: &str, value: f64) -> Self {
        Self {
            contender: contender.to_owned(),
            rounds: vec![value],
        }
    }

    fn median(&self) -> f64 {
        median(&self.rounds)
    }
}

/// The median; not a number of nothing.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        even if even % 2 == 0 => f64::midpoint(sorted[middle - 1], sorted[middle]),
        _ => sorted[middle],
    }
}

/// The geometric mean; none of nothing.
pub fn geometric_mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = values.fold((0_u32, 0.0), |(count, sum), value| {
        (count + 1, sum + value.ln())
    });
    (count > 0).then(|| (sum / f64::from(count)).exp())
}

/// Prints medians, a line for each peer; a ratio below 1 is in our favour.
pub fn print(rows: &[Row]) {
    if rows.is_empty() {
        return;
    }
    println!(
        "{:<34}{:>11}  {:<24}{:>11}{:>11}",
        "benchmark", "ours", "peer", "peer's", "ours/peer"
    );
    for row in rows {
        let Some((ours, peers)) = row.figures.split_first() else {
            continue;
        };
        let mut start = format!("{:<34}{:>11}", row.name, amount(ours.median(), row.unit));
        if peers.is_empty() {
            println!("{start}");
        }
        for peer in peers {
            let median = peer.median();
            let line = format!(
                "{:<24}{:>11}{:>11.2}",
                peer.contender,
                amount(median, row.unit),
                ours.median() / median
            );
            println!("{start:<45}  {line}");
            start.clear();
        }
    }
}

/// Prints what we take by what `contender` takes, over all that it took part in.
pub fn print_mean(rows: &[Row], contender: &str) {
    let ratios: Vec<f64> = rows
        .iter()
        .filter_map(|row| {
            let (ours, peers) = row.figures.split_first()?;
            let peer = peers.iter().find(|peer| peer.contender == contender)?;
            Some(ours.median() / peer.median())
        })
        .collect();
    let count = ratios.len();
    if let Some(mean) = geometric_mean(ratios.into_iter()) {
        println!("{contender}, geometric mean of {count}: {mean:.3}");
    }
}

fn amount(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Milliseconds => format!("{value:.1} ms"),
        Unit::Kilobytes => format!("{value:.1} KB"),
    }
}
