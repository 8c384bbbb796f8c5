//! The wire schema: what postcard writes for each type, in the order it writes it.

use crate::frames::{FromWorker, ToWorker};
use pubwiki_lua_runtime::protocol::{
    Answer, Artifact, BackendAnswer, BackendChange, BackendChoice, BackendOp, Dialect, Durability,
    EntryOrder, ErrorKind, Event, HostAnswer, HostCall, Limit, LocalStorageOp, ModuleOp,
    ModulePolicy, Part, Request, StateAnswer, StateOp, StoreOp, Value,
};
use serde::de::DeserializeOwned;
use serde_json::json;
use serde_reflection::{
    ContainerFormat, Format, Named, Registry, Result, Samples, Tracer, TracerConfig, VariantFormat,
};

/// What the frames are made of, by the names of their types.
///
/// # Errors
/// When a type of the protocol cannot be traced, such as one with an untagged enum.
pub fn registry() -> Result<Registry> {
    let mut tracer = Tracer::new(TracerConfig::default().is_human_readable(false));
    // A trace is sure to meet all variants of its own enum only: the inner ones come first,
    // and the registry names those that it misses.
    trace::<Value>(&mut tracer)?;
    trace::<Limit>(&mut tracer)?;
    trace::<ErrorKind>(&mut tracer)?;
    trace::<Artifact>(&mut tracer)?;
    trace::<Durability>(&mut tracer)?;
    trace::<Dialect>(&mut tracer)?;
    trace::<EntryOrder>(&mut tracer)?;
    trace::<BackendChoice>(&mut tracer)?;
    trace::<BackendOp>(&mut tracer)?;
    trace::<BackendAnswer>(&mut tracer)?;
    trace::<LocalStorageOp>(&mut tracer)?;
    trace::<StateOp>(&mut tracer)?;
    trace::<StateAnswer>(&mut tracer)?;
    trace::<ModuleOp>(&mut tracer)?;
    trace::<ModulePolicy>(&mut tracer)?;
    trace::<StoreOp>(&mut tracer)?;
    trace::<Part>(&mut tracer)?;
    trace::<BackendChange>(&mut tracer)?;
    trace::<HostCall>(&mut tracer)?;
    trace::<HostAnswer>(&mut tracer)?;
    trace::<Answer>(&mut tracer)?;
    trace::<Request>(&mut tracer)?;
    trace::<Event>(&mut tracer)?;
    trace::<ToWorker>(&mut tracer)?;
    trace::<FromWorker>(&mut tracer)?;
    tracer.registry()
}

/// Traces until every variant of every enum below `T` has been seen.
fn trace<T: DeserializeOwned>(tracer: &mut Tracer) -> Result<()> {
    tracer.trace_type::<T>(&Samples::new()).map(drop)
}

/// `schema.ts`.
///
/// # Errors
/// As [`registry`].
pub fn typescript() -> Result<String> {
    let mut text = String::from(HEAD);
    text += "export const containers: Record<string, Container> = {\n";
    for (name, container) in &registry()? {
        text += &format!("  {name}: {},\n", container_json(container));
    }
    text += "}\n";
    Ok(text)
}

const HEAD: &str = "\
/**
 * What is on the wire for a value: postcard's varints for u16 to u64 (and zigzag ones for i16
 * to i64), eight bytes for f64, a length before str, bytes and seq, a byte before option.
 */
export type Format =
  | 'unit' | 'bool' | 'u8' | 'u16' | 'u32' | 'u64' | 'i64' | 'f64' | 'str' | 'bytes'
  | { readonly ref: string }
  | { readonly option: Format }
  | { readonly seq: Format }
  | { readonly tuple: readonly Format[] }

/** Fields in the order of the wire. */
export type Fields = ReadonlyArray<readonly [name: string, format: Format]>

/** A variant's content, after its index. */
export type Variant =
  | 'unit'
  | { readonly newtype: Format }
  | { readonly tuple: readonly Format[] }
  | { readonly struct: Fields }

/** A named type. A variant's index on the wire is its place in `enum`. */
export type Container =
  | Variant
  | { readonly enum: ReadonlyArray<readonly [name: string, variant: Variant]> }

/** Every named type, by its name. */
";

fn container_json(container: &ContainerFormat) -> serde_json::Value {
    match container {
        ContainerFormat::UnitStruct => json!("unit"),
        ContainerFormat::NewTypeStruct(format) => json!({ "newtype": format_json(format) }),
        ContainerFormat::TupleStruct(formats) => json!({ "tuple": formats_json(formats) }),
        ContainerFormat::Struct(fields) => json!({ "struct": fields_json(fields) }),
        ContainerFormat::Enum(variants) => {
            let variants: Vec<_> = variants
                .values()
                .map(|v| json!([v.name, variant_json(&v.value)]))
                .collect();
            json!({ "enum": variants })
        }
    }
}

fn variant_json(variant: &VariantFormat) -> serde_json::Value {
    match variant {
        VariantFormat::Unit => json!("unit"),
        VariantFormat::NewType(format) => json!({ "newtype": format_json(format) }),
        VariantFormat::Tuple(formats) => json!({ "tuple": formats_json(formats) }),
        VariantFormat::Struct(fields) => json!({ "struct": fields_json(fields) }),
        VariantFormat::Variable(_) => unreachable!("a finished registry holds no variables"),
    }
}

fn fields_json(fields: &[Named<Format>]) -> serde_json::Value {
    fields
        .iter()
        .map(|field| json!([field.name, format_json(&field.value)]))
        .collect()
}

fn formats_json(formats: &[Format]) -> serde_json::Value {
    formats.iter().map(format_json).collect()
}

fn format_json(format: &Format) -> serde_json::Value {
    match format {
        Format::TypeName(name) => json!({ "ref": name }),
        Format::Option(inner) => json!({ "option": format_json(inner) }),
        Format::Seq(inner) => json!({ "seq": format_json(inner) }),
        Format::Tuple(formats) => json!({ "tuple": formats_json(formats) }),
        Format::Unit => json!("unit"),
        Format::Bool => json!("bool"),
        Format::U8 => json!("u8"),
        Format::U16 => json!("u16"),
        Format::U32 => json!("u32"),
        Format::U64 => json!("u64"),
        Format::I64 => json!("i64"),
        Format::F64 => json!("f64"),
        Format::Str => json!("str"),
        Format::Bytes => json!("bytes"),
        other => panic!("the TypeScript codec does not know {other:?}: teach it, then this table"),
    }
}
