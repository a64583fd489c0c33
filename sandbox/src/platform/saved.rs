//! How values are written in a saved state: as on the wire where they have a form there.
//!
//! An error says what was expected and never what was found, since it may be personal.

/// A value, as its field has it.
pub(super) mod value {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};
    use signed_xml::{Raw, Text, Value};

    use crate::platform::orders::wire_text;

    pub(in crate::platform) fn serialize<V: Value, S: Serializer>(
        value: &V,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&wire_text(value))
    }

    pub(in crate::platform) fn deserialize<'de, V: Value, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<V, D::Error> {
        read(&Text::from(String::deserialize(deserializer)?))
    }

    pub(super) fn read<V: Value, E: Error>(text: &Text) -> Result<V, E> {
        V::read(Raw::from(text)).map_err(|expected| E::custom(format!("expected {}", expected.0)))
    }
}

/// A value that may be absent.
pub(super) mod option {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use signed_xml::{Text, Value};

    use crate::platform::orders::wire_text;

    pub(in crate::platform) fn serialize<V: Value, S: Serializer>(
        value: &Option<V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let text = value.as_ref().map(wire_text);
        text.as_deref().serialize(serializer)
    }

    pub(in crate::platform) fn deserialize<'de, V: Value, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<V>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| super::value::read(&Text::from(text)))
            .transpose()
    }
}

/// A message: its fields by their names.
pub(super) mod message {
    use serde::de::Error as _;
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};
    use signed_xml::{Fields, Message};

    pub(in crate::platform) fn serialize<M: Message, S: Serializer>(
        message: &M,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let fields = Fields::of(message).map_err(S::Error::custom)?;
        serializer.collect_seq(fields.iter())
    }

    pub(in crate::platform) fn deserialize<'de, M: Message, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<M, D::Error> {
        let pairs = Vec::<(String, String)>::deserialize(deserializer)?;
        let pairs = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let fields = Fields::from_pairs(pairs);
        let message = fields.ok().and_then(|fields| fields.read().ok());
        message.ok_or_else(|| D::Error::custom("expected the fields of a message"))
    }
}

/// A body of XML.
pub(super) mod body {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(in crate::platform) fn serialize<S: Serializer>(
        body: &[u8],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&String::from_utf8_lossy(body))
    }

    pub(in crate::platform) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<u8>, D::Error> {
        String::deserialize(deserializer).map(String::into_bytes)
    }
}

/// An interface by its name.
pub(super) mod interface {
    use payinsurance::Interface;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(in crate::platform) fn serialize<S: Serializer>(
        interface: &Option<Interface>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        interface.map(Interface::name).serialize(serializer)
    }

    pub(in crate::platform) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Interface>, D::Error> {
        let name = Option::<String>::deserialize(deserializer)?;
        let named = |name: String| {
            Interface::named(&name).ok_or_else(|| D::Error::custom("expected an interface"))
        };
        name.map(named).transpose()
    }
}

/// A number of 64 bits, in hexadecimal digits: readers of JSON that know only floating-point numbers
/// would round it.
pub(super) mod hex {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(in crate::platform) fn serialize<S: Serializer>(
        number: &u64,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{number:016x}"))
    }

    pub(in crate::platform) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<u64, D::Error> {
        let digits = String::deserialize(deserializer)?;
        u64::from_str_radix(&digits, 16)
            .map_err(|_| D::Error::custom("expected 16 hexadecimal digits"))
    }
}
