//! Decodes by the schema alone, as the TypeScript codec does, into the JSON form of the
//! TypeScript value. What JSON lacks is written as `{"$bigint": "1"}`, `{"$bytes": HEX}`,
//! `{"$float": "NaN" | "Infinity" | "-Infinity" | "-0"}`, and a string that repeats one
//! character as `{"$repeat": "x", "times": 1048576}`.

use crate::hex;
use serde_json::{Map, Value, json};
use serde_reflection::{ContainerFormat, Format, Named, Registry, VariantFormat};
use std::collections::BTreeSet;

const LONG: usize = 64;

/// Reads one message.
pub struct Reference<'a> {
    registry: &'a Registry,
    rest: &'a [u8],
    /// The variants that were met, as `Enum::Variant`.
    pub met: BTreeSet<String>,
}

impl<'a> Reference<'a> {
    /// Reads `bytes` by `registry`.
    #[must_use]
    pub fn new(registry: &'a Registry, bytes: &'a [u8]) -> Self {
        Self {
            registry,
            rest: bytes,
            met: BTreeSet::new(),
        }
    }

    /// The value of the type `name` that all the bytes hold; nothing when they do not.
    pub fn read(&mut self, name: &str) -> Option<Value> {
        let value = self.container(name)?;
        self.rest.is_empty().then_some(value)
    }

    fn container(&mut self, name: &str) -> Option<Value> {
        let registry = self.registry;
        match registry.get(name)? {
            ContainerFormat::UnitStruct => Some(Value::Null),
            ContainerFormat::NewTypeStruct(format) => self.format(format),
            ContainerFormat::TupleStruct(formats) => self.tuple(formats),
            ContainerFormat::Struct(fields) => self.fields(fields),
            ContainerFormat::Enum(variants) => {
                let index = u32::try_from(self.varint()?).ok()?;
                let variant = variants.get(&index)?;
                self.met.insert(format!("{name}::{}", variant.name));
                let content = match &variant.value {
                    VariantFormat::Unit => return Some(json!(variant.name)),
                    VariantFormat::NewType(format) => self.format(format)?,
                    VariantFormat::Tuple(formats) => self.tuple(formats)?,
                    VariantFormat::Struct(fields) => self.fields(fields)?,
                    VariantFormat::Variable(_) => return None,
                };
                Some(json!({ variant.name.as_str(): content }))
            }
        }
    }

    fn tuple(&mut self, formats: &[Format]) -> Option<Value> {
        formats.iter().map(|format| self.format(format)).collect()
    }

    fn fields(&mut self, fields: &[Named<Format>]) -> Option<Value> {
        let read = |field: &Named<Format>| Some((field.name.clone(), self.format(&field.value)?));
        Some(Value::Object(
            fields.iter().map(read).collect::<Option<Map<_, _>>>()?,
        ))
    }

    fn format(&mut self, format: &Format) -> Option<Value> {
        Some(match format {
            Format::TypeName(name) => self.container(name)?,
            Format::Unit => Value::Null,
            Format::Bool => match self.byte()? {
                0 => json!(false),
                1 => json!(true),
                _ => return None,
            },
            Format::U8 => json!(self.byte()?),
            Format::U16 | Format::U32 => json!(self.varint()?),
            Format::U64 => json!({ "$bigint": self.varint()?.to_string() }),
            Format::I64 => {
                let zigzag = self.varint()?;
                let value = (zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed();
                json!({ "$bigint": value.to_string() })
            }
            Format::F64 => float(f64::from_le_bytes(self.take(8)?.try_into().ok()?)),
            Format::Str => {
                let length = self.length()?;
                string(std::str::from_utf8(self.take(length)?).ok()?)
            }
            Format::Bytes => {
                let length = self.length()?;
                json!({ "$bytes": hex::render(self.take(length)?) })
            }
            Format::Option(inner) => match self.byte()? {
                0 => Value::Null,
                1 => self.format(inner)?,
                _ => return None,
            },
            Format::Seq(inner) => {
                let length = self.length()?;
                (0..length)
                    .map(|_| self.format(inner))
                    .collect::<Option<_>>()?
            }
            Format::Tuple(formats) => self.tuple(formats)?,
            _ => return None,
        })
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Some(value);
            }
        }
        None
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(self.varint()?).ok()
    }

    fn byte(&mut self) -> Option<u8> {
        Some(self.take(1)?[0])
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }
}

fn float(value: f64) -> Value {
    if value.is_nan() {
        json!({ "$float": "NaN" })
    } else if value.is_infinite() {
        json!({ "$float": if value > 0.0 { "Infinity" } else { "-Infinity" } })
    } else if value == 0.0 && value.is_sign_negative() {
        json!({ "$float": "-0" })
    } else {
        json!(value)
    }
}

fn string(text: &str) -> Value {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) if text.len() > LONG && characters.all(|c| c == first) => {
            json!({ "$repeat": first, "times": text.chars().count() })
        }
        _ => json!(text),
    }
}
