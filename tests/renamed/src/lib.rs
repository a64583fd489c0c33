//! Each derive where `signed-xml` is a dependency called `wire`, and no prelude is there: the
//! expansions name everything by absolute path.
//!
//! Nothing of the prelude is in scope here, so the structs name even `Option` by its path.

#![no_implicit_prelude]

use ::core::clone::Clone;
use ::core::cmp::{Eq, PartialEq};
use ::core::default::Default;
use ::core::fmt::Debug;
use ::core::hash::Hash;
use ::core::option::Option;
use ::core::prelude::v1::derive;
use ::std::borrow::Cow;
use ::std::vec::Vec;
use ::wire::{
    BillRow, Builder, Fen, Indexed, Message, OpenEnum, Text, UnknownFields, UnknownValue,
};

/// How it is paid.
#[derive(Clone, Debug, PartialEq, Eq, Hash, OpenEnum)]
#[open_enum(crate = ::wire)]
#[non_exhaustive]
pub enum Purse {
    /// Coins.
    #[value("1", label = "现金")]
    Cash,
    /// Points.
    #[value("2")]
    Points,
    /// Any other.
    #[unknown]
    Unknown(UnknownValue),
}

/// An order: one field of every kind.
#[derive(Clone, PartialEq, Message, Builder)]
#[message(name = "order request", section = "1", sign_type = "HMAC-SHA256", crate = ::wire, no_implicit_prelude)]
#[call(method = "POST", url = "https://shop.example/order", auth = none, form = xml, reply = Reply)]
#[rule(name = part_of_all, doc = "The part is at most the whole.", check = part <= total)]
pub struct Order {
    /// The merchant.
    #[field(label = "商户号", supplied = merchant, required)]
    pub mch_id: Option<Text>,
    /// The buyer.
    #[field(label = "用户标识", max = 128, personal, exactly_one = buyer)]
    pub openid: Option<Text>,
    /// The buyer's telephone.
    #[field(label = "手机", exactly_one = buyer)]
    pub phone: Option<Text>,
    /// The amount.
    #[field(label = "总金额", min = 1)]
    pub total: Fen,
    /// A part of it.
    #[field(label = "其中", default = 0)]
    pub part: Option<Fen>,
    /// How it is paid.
    #[field(label = "支付方式")]
    pub purse: Purse,
    /// How many.
    #[field(label = "件数", forbidden_when(purse == "2"))]
    pub count: Option<u32>,
    /// What each costs.
    #[field(label = "单价", name = "item_$n")]
    pub item_n: Indexed<Fen>,
    /// What each part costs.
    #[field(label = "分项", name = "item_$n_$m")]
    pub item_n_m: Indexed<Fen, (u32, u32)>,
    /// Random text.
    #[field(label = "随机字符串", supplied = client, required)]
    pub nonce_str: Option<Text>,
    /// The signature.
    #[field(label = "签名", supplied = client, required)]
    pub sign: Option<Text>,
    /// The rest.
    #[field(unknown)]
    pub unknown: UnknownFields,
}

/// The reply.
#[derive(Clone, Default, PartialEq, Message)]
#[message(name = "order reply", section = "1", unsigned, crate = ::wire)]
pub struct Reply {
    /// Whether it worked.
    #[field(label = "返回码")]
    pub return_code: Text,
}

/// A row of a bill.
#[derive(Clone, Default, PartialEq, BillRow)]
#[bill(crate = ::wire)]
pub struct Row<'a> {
    /// The order.
    #[column("订单号", required)]
    pub order: Option<Cow<'a, str>>,
    /// The amount.
    #[column("总金额", yuan, minus)]
    pub total: Option<Fen>,
    /// The rest.
    #[column(unknown)]
    pub unknown: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}
