//! The golden vectors: bytes next to the value that they mean.

use crate::reference::Reference;
use crate::{hex, samples};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_reflection::{ContainerFormat, Registry};
use std::collections::BTreeSet;

/// A message that must decode to `value` and encode to `hex`.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Vector {
    /// What it shows.
    pub name: String,
    /// The bytes, as [`hex::render`] writes them.
    pub hex: String,
    /// The TypeScript value, as [`crate::reference`] writes it.
    pub value: Value,
}

/// Bytes that must not decode.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Malformed {
    /// What is wrong with them.
    pub name: String,
    /// The bytes.
    pub hex: String,
}

/// The contents of the three files.
pub struct Golden {
    /// Host to worker.
    pub to_worker: Vec<Vector>,
    /// Worker to host.
    pub from_worker: Vec<Vector>,
    /// Bytes that are no `ToWorker`.
    pub malformed: Vec<Malformed>,
}

/// Makes all vectors.
///
/// # Panics
/// When a sample does not encode, or a variant of the protocol is in no sample: the message
/// names it.
#[must_use]
pub fn golden(registry: &Registry) -> Golden {
    let mut met = BTreeSet::new();
    let to_worker = samples::to_worker();
    let from_worker = samples::from_worker();
    let golden = Golden {
        to_worker: to_worker
            .iter()
            .map(|(name, m)| vector(registry, "ToWorker", name, m, &mut met))
            .collect(),
        from_worker: from_worker
            .iter()
            .map(|(name, m)| vector(registry, "FromWorker", name, m, &mut met))
            .collect(),
        malformed: samples::malformed()
            .into_iter()
            .map(|(name, bytes)| Malformed {
                name: name.to_owned(),
                hex: hex::render(&bytes),
            })
            .collect(),
    };
    let missing: Vec<_> = variants(registry).difference(&met).cloned().collect();
    assert!(
        missing.is_empty(),
        "add samples (xtask/generate/src/samples.rs) for {}",
        missing.join(", ")
    );
    golden
}

fn vector(
    registry: &Registry,
    frame: &str,
    name: &str,
    message: &impl Serialize,
    met: &mut BTreeSet<String>,
) -> Vector {
    let bytes = pubwiki_lua_runtime::protocol::encode(message).expect("samples encode");
    let mut reference = Reference::new(registry, &bytes);
    let value = reference
        .read(frame)
        .unwrap_or_else(|| panic!("the schema does not describe the sample `{name}`"));
    met.append(&mut reference.met);
    Vector {
        name: name.to_owned(),
        hex: hex::render(&bytes),
        value,
    }
}

fn variants(registry: &Registry) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (name, container) in registry {
        if let ContainerFormat::Enum(variants) = container {
            all.extend(
                variants
                    .values()
                    .map(|variant| format!("{name}::{}", variant.name)),
            );
        }
    }
    all
}
