//! Messages of any type, drawn from bytes: what serde knows of a type is enough, so that whatever
//! is added to the protocol is drawn too.

use serde::de::value::{Error, U32Deserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer,
    SeqAccess, VariantAccess, Visitor,
};

/// How deep what is drawn may nest.
const DEPTH: u32 = 6;

const SCRIPTS: &[&str] = &["main", "main", "main", "other", "", "no script!"];
const KEYS: &[&str] = &[
    "script.main.k",
    "script.main.list.1",
    "script.main.",
    "script.other.k",
    "temp.k",
    "my.notes.k",
    "my.notes",
    "system.k",
    "*",
    "",
];
const JSON: &[&str] = &["1", "[1,2.5,null]", "{\"a\":{}}", "\"x\"", "null", "{", ""];
const NAMES: &[&str] = &[
    "my.notes",
    "greet.lua",
    "pubwiki-lua:",
    "t.lua",
    "a\0\u{202e}",
    "",
];
const CODES: &[&str] = &[
    "return ...",
    "print(1) return State.get('script.main.k', { 1 })",
    "State.set('script.main.k', { 1, 2, 3 }, { ttl = 5 }) State.set('temp.k', 1) State.flush()",
    "State.register({ ['my.notes'] = { shared = true, quota = 40, ttl = 9 } }) State.set('my.notes.k', ('x'):rep(50))",
    "State.update('script.main.k', function(v) return (tonumber(v) or 0) + 1 end)",
    "State.watch('script.main', function(v, k) print(k, v) end) sleep(20)",
    "return State.wait('script.main.k', 10)",
    "return host.anything({ a = { 1 } }, 2)",
    "pcall(host.first) sleep(3) return host.second()",
    "return require('file://greet.lua'), pcall(require, 'https://example.org/x.lua')",
    "while true do end",
    "while true do pcall(error) sleep(1) end",
    "local t = {} while true do t[#t + 1] = ('x'):rep(1000) .. #t end",
    "coroutine.wrap(function() sleep(1) error({ code = 1 }) end)()",
    "setmetatable({}, { __gc = function() while true do end end })",
    "State.register('self', {}) return State.listNamespaces()",
    "error(setmetatable({}, { __tostring = error }))",
    "return {",
    "\u{1b}Lua",
    "",
];

/// Bytes that decide; when there are none left, every choice is the first one.
pub struct Arbitrary<'a> {
    bytes: &'a [u8],
    /// The field that is being drawn.
    field: &'static str,
    depth: u32,
}

impl<'a> Arbitrary<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            field: "",
            depth: 0,
        }
    }

    pub fn is_used_up(&self) -> bool {
        self.bytes.is_empty()
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        match self.bytes.split_first() {
            Some((first, rest)) => {
                self.bytes = rest;
                usize::from(*first) % limit
            }
            None => 0,
        }
    }

    pub fn draw<T: DeserializeOwned>(&mut self) -> T {
        T::deserialize(&mut *self).expect("what is drawn fits its type")
    }

    fn text(&mut self) -> &'static str {
        let all = match self.field {
            "script_id" => SCRIPTS,
            "key" | "keys" | "prefix" | "after" => KEYS,
            "value" => JSON,
            "code" | "source" => CODES,
            _ => NAMES,
        };
        all[self.below(all.len())]
    }

    /// A small number for ids, so that they meet; now and then the largest.
    fn number(&mut self) -> u32 {
        let unit = match self.field {
            "memoryBytes" => 300_000,
            "timeoutMs" | "cpuMs" => 1_000,
            _ => 1,
        };
        match self.below(16) {
            15 if unit == 1 => u32::MAX,
            small => u32::try_from(small % 5).unwrap_or_default() * unit,
        }
    }

    fn float(&mut self) -> f64 {
        [0.0, 1.0, 2.5, 40.0, -1.0, 1e300, f64::NAN, f64::INFINITY][self.below(8)]
    }

    fn length(&mut self) -> usize {
        if self.depth > DEPTH { 0 } else { self.below(4) }
    }
}

macro_rules! drawn {
    ($($name:ident $visit:ident $draw:expr;)*) => {$(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            let draw: fn(&mut Arbitrary<'_>) -> _ = $draw;
            visitor.$visit(draw(self))
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Arbitrary<'_> {
    type Error = Error;

    drawn! {
        deserialize_bool visit_bool |arbitrary| arbitrary.below(2) == 1;
        deserialize_u32 visit_u32 |arbitrary| arbitrary.number();
        deserialize_i64 visit_i64 |arbitrary| i64::from(arbitrary.number()) << arbitrary.below(40);
        deserialize_f64 visit_f64 |arbitrary| arbitrary.float();
        deserialize_str visit_str |arbitrary| arbitrary.text();
        deserialize_string visit_str |arbitrary| arbitrary.text();
        deserialize_bytes visit_bytes |arbitrary| arbitrary.text().as_bytes();
        deserialize_byte_buf visit_bytes |arbitrary| arbitrary.text().as_bytes();
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.below(2) {
            0 => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let left = self.length();
        self.depth += 1;
        let all = visitor.visit_seq(Items {
            arbitrary: self,
            left,
        });
        self.depth -= 1;
        all
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        left: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_seq(Items {
            arbitrary: self,
            left,
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_seq(Fields {
            arbitrary: self,
            fields,
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(Variant {
            variant: u32::try_from(self.below(variants.len())).unwrap_or_default(),
            arbitrary: self,
        })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("the protocol has no such type so far"))
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u64 u128 f32 char unit unit_struct tuple_struct map identifier ignored_any
    }
}

struct Items<'c, 'b> {
    arbitrary: &'c mut Arbitrary<'b>,
    left: usize,
}

impl<'de> SeqAccess<'de> for Items<'_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        seed.deserialize(&mut *self.arbitrary).map(Some)
    }
}

struct Fields<'c, 'b> {
    arbitrary: &'c mut Arbitrary<'b>,
    fields: &'static [&'static str],
}

impl<'de> SeqAccess<'de> for Fields<'_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let Some((field, rest)) = self.fields.split_first() else {
            return Ok(None);
        };
        self.fields = rest;
        self.arbitrary.field = match *field {
            "scriptId" => "script_id",
            field => field,
        };
        seed.deserialize(&mut *self.arbitrary).map(Some)
    }
}

struct Variant<'c, 'b> {
    arbitrary: &'c mut Arbitrary<'b>,
    variant: u32,
}

impl<'de, 'c, 'b> EnumAccess<'de> for Variant<'c, 'b> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Error> {
        let variant: U32Deserializer<Error> = self.variant.into_deserializer();
        Ok((seed.deserialize(variant)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, '_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self.arbitrary)
    }

    fn tuple_variant<V: Visitor<'de>>(self, left: usize, visitor: V) -> Result<V::Value, Error> {
        self.arbitrary.deserialize_tuple(left, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.arbitrary.deserialize_struct("", fields, visitor)
    }
}
