//! The states of a derived builder, and the type of one that is half filled.
//!
//! A derived builder has one type parameter for each required field and group. It starts as
//! [`Missing`] and becomes [`Given`]; `build` exists for a builder whose parameters are all
//! [`Given`]. [`Filled`] writes such a type by the names of what is set.

/// The field is not set yet.
#[derive(Debug, Clone, Copy)]
pub enum Missing {}

/// The field is set.
#[derive(Debug, Clone, Copy)]
pub enum Given {}

/// The builder of a message on which some of the required fields are set already.
///
/// For what is the same in every message: a function or a struct holds a builder with the shared
/// values, each message begins with a clone of it, and the compiler asks for the rest alone.
/// `Fields` is a tuple of up to 24 names from the module that the derive writes beside the builder
/// (`order_builder` for `Order`): one for each required field and each group, `SetMchId` for `mch_id`. Optional fields may
/// be set too and are not named.
///
/// # Examples
///
/// ```
/// use signed_xml::{Builder, Fen, Filled, Message, Text};
///
/// #[derive(Clone, PartialEq, Message, Builder)]
/// #[message(name = "order", section = "1", unsigned)]
/// pub struct Order {
///     #[field(label = "商户号", max = 32)]
///     pub mch_id: Text,
///     #[field(label = "通知地址", max = 256)]
///     pub notify_url: Text,
///     #[field(label = "金额", min = 1)]
///     pub total_fee: Fen,
/// }
///
/// struct Shop {
///     order: Filled<Order, (order_builder::SetMchId, order_builder::SetNotifyUrl)>,
/// }
///
/// let shop = Shop {
///     order: Order::builder().mch_id("10000100").notify_url("https://shop.example/notify"),
/// };
/// let first = shop.order.clone().total_fee(Fen(250)).build()?;
/// let second = shop.order.clone().total_fee(Fen(300)).build()?;
/// assert_eq!(first.notify_url, second.notify_url);
/// # Ok::<(), signed_xml::Violations>(())
/// ```
///
/// A name that is left out is still asked for:
///
/// ```compile_fail
/// # use signed_xml::{Builder, Fen, Filled, Message, Text};
/// # #[derive(Clone, PartialEq, Message, Builder)]
/// # #[message(name = "order", section = "1", unsigned)]
/// # pub struct Order {
/// #     #[field(label = "商户号", max = 32)]
/// #     pub mch_id: Text,
/// #     #[field(label = "金额", min = 1)]
/// #     pub total_fee: Fen,
/// # }
/// fn common() -> Filled<Order, (order_builder::SetMchId,)> {
///     Order::builder() // without `.mch_id(…)`
/// }
/// ```
pub type Filled<M, Fields> = <<M as WithBuilder>::Builder as SetAll<Fields>>::Builder;

/// A message that `derive(Builder)` gives a builder.
pub trait WithBuilder {
    /// The builder on which nothing is set.
    type Builder;
}

/// A builder that can be given one field or group.
pub trait Set<Field> {
    /// The builder on which it is set.
    type Builder;
}

/// A builder that can be given each of a tuple of fields and groups.
pub trait SetAll<Fields> {
    /// The builder on which all of them are set.
    type Builder;
}

impl<B> SetAll<()> for B {
    type Builder = B;
}

macro_rules! set_all {
    () => {};
    ($first:ident $($rest:ident)*) => {
        impl<B, $first, $($rest),*> SetAll<($first, $($rest,)*)> for B
        where
            B: Set<$first>,
            B::Builder: SetAll<($($rest,)*)>,
        {
            type Builder = <B::Builder as SetAll<($($rest,)*)>>::Builder;
        }
        set_all!($($rest)*);
    };
}

set_all!(F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 F12 F13 F14 F15 F16 F17 F18 F19 F20 F21 F22 F23 F24);

/// What a setter of a builder takes for a field of type `T`: whatever converts into a `T`.
///
/// It is [`Into`] under another name, so that the compiler can say what to write instead.
#[diagnostic::on_unimplemented(
    message = "this field takes a `{T}`, found `{Self}`",
    label = "not a `{T}`",
    note = "an amount is written `Fen(7750)`, for 77.50 yuan",
    note = "a time is written `\"20181204075841\".parse::<BeijingTime>()?`",
    note = "a value of an enum is written by its name, `Type::Name`; one that is text at run time by `Type::from_wire(text)`"
)]
pub trait FieldValue<T> {
    /// Converts.
    fn into_field(self) -> T;
}

#[diagnostic::do_not_recommend]
impl<T, V: Into<T>> FieldValue<T> for V {
    fn into_field(self) -> T {
        self.into()
    }
}
