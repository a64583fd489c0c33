//! The wire names that the protocol itself knows, whatever the interface.

/// The field that carries the signature, which is never part of what is signed.
pub const SIGN: &str = "sign";
/// The field that names the algorithm of the signature.
pub const SIGN_TYPE: &str = "sign_type";
/// The protocol's own outcome.
pub const RETURN_CODE: &str = "return_code";
/// Why the protocol's outcome is not a success.
pub const RETURN_MSG: &str = "return_msg";
/// The business outcome.
pub const RESULT_CODE: &str = "result_code";
/// The code of a business failure.
pub const ERR_CODE: &str = "err_code";
/// The words of a business failure.
pub const ERR_CODE_DES: &str = "err_code_des";
