//! The two states of a required field in a builder.
//!
//! A derived builder has one type parameter for each required field and group. It starts as
//! [`Missing`] and becomes [`Given`]; `build` exists for a builder whose parameters are all
//! [`Given`].

/// The field is not set yet.
#[derive(Debug, Clone, Copy)]
pub enum Missing {}

/// The field is set.
#[derive(Debug, Clone, Copy)]
pub enum Given {}
