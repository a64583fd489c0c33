//! Edits of the document, as a later version of it would have them, each with what the import must say of it.
//!
//! As data: a section, a short text to find in it, what stands there instead. `edits` are the rules of `diff` with place, old and new, and with a `?`
//! the places that leave a person something to decide.

/// One edit of the document.
pub(crate) struct Change {
    pub(crate) what: &'static str,
    /// The section that `find` is looked for in.
    pub(crate) section: &'static str,
    pub(crate) find: &'static str,
    pub(crate) replace: &'static str,
    /// If not empty, all from `find` up to this text is replaced.
    pub(crate) through: &'static str,
    /// What the import says; nothing for damage that it mends.
    pub(crate) edits: &'static [&'static str],
}

const fn change(
    what: &'static str,
    section: &'static str,
    find: &'static str,
    replace: &'static str,
    edits: &'static [&'static str],
) -> Change {
    Change {
        what,
        section,
        find,
        replace,
        through: "",
        edits,
    }
}

/// A section in front of 3.10: an interface that the field knows and the document does not.
const NEW_INTERFACE: &str = "
3.9.1 查询医保卡

https://api.weixin.qq.com/payinsurance/getmedinfo?access_token=ACCESS_TOKEN

1. 请求参数

字段名\t中文解释\t类型\t是否必填\t备注
openid\t用户标识\tString128\tY\t
nonce_str\t随机字符串\tString32\tY\t
sign\t签名\tString32\tY\t

2. 返回参数

字段名\t中文解释\t类型\t是否必填\t备注
return_code\t返回状态码\tstring16\tY\tSUCCESS/FAIL
return_msg\treturn_msg\tstring128\tN\t

以下字段在 return_code 为 SUCCESS 的时候有返回

字段名\t中文解释\t类型\t是否必填\t备注
medical_card_no\t医保卡号\tString64\tY\t
sign\t签名\tString32\tY\t

3.10 ";

/// What a new version changes.
#[rustfmt::skip]
pub(crate) const CHANGES: &[Change] = &[
    change("a required field in a request", "3.3", "sign\t签名\tstring32", "visit_no\t就诊流水号\tString20\tY\t\nsign\t签名\tstring32",
        &["? unifiedorder request visit_no", "request-field-added-required unifiedorder request visit_no:  -> String20"]),
    change("an optional field that tells of a person", "3.9", "idcard_md5", "phone\t手机号码\tString16\tN\t\nidcard_md5",
        &["? verifyname request phone", "request-field-added-optional verifyname request phone:  -> String16"]),
    change("a field in a part of a reply", "3.4", "time_end\t订单支付时间", "guide_url\t就诊指引链接\tString256\tN\t\ntime_end\t订单支付时间",
        &["? queryorder response guide_url", "response-field-added-optional queryorder response guide_url:  -> String256"]),
    change("a field in a notification", "3.5", "attach\t附加数据", "pay_channel\t支付渠道\tString16\tN\t\nattach\t附加数据",
        &["? notification notification pay_channel", "notification-field-added-optional notification notification pay_channel:  -> String16"]),
    change("a field in a structure", "3.6", "bka964\t", "bka101\t操作终端\t字符串\t30\t可空\t\nbka964\t",
        &["? refund request_content bka101", "request-field-added-optional refund request_content bka101:  -> String30"]),
    change("a field that the spec knows from elsewhere", "3.6", "sign\t签名", "channel_no\t渠道号\tString32\tN\t\nsign\t签名",
        &["request-field-added-optional refund request channel_no:  -> String32"]),
    change("a field that is gone", "3.3", "channel_no\t渠道号\tstring32\tN\t由腾讯工程师分配的渠道号\n", "",
        &["? unifiedorder request channel_no", "request-field-removed-optional unifiedorder request channel_no: String32 -> "]),
    change("a field under a new name", "3.4", "cash_order_id", "wx_order_id",
        &["? queryorder response cash_order_id", "? queryorder response wx_order_id", "response-field-added-optional queryorder response wx_order_id:  -> String32", "response-field-removed-optional queryorder response cash_order_id: String32 -> "]),
    change("a field with other capitals", "3.5", "insurance_fund_fee", "Insurance_fund_fee",
        &["? notification notification insurance_fund_fee", "notification-field-case-changed notification notification Insurance_fund_fee: insurance_fund_fee -> Insurance_fund_fee"]),
    change("a field that is no longer required", "3.3", "notify_url\t回调 url\tString256\tY", "notify_url\t回调 url\tString256\tN",
        &["request-field-became-optional unifiedorder request notify_url: required -> optional"]),
    change("a field that is now required", "3.3", "city_id\t城市 ID\tString32\tN", "city_id\t城市 ID\tString32\tY",
        &["request-field-became-required unifiedorder request city_id: optional -> required"]),
    change("a mark of a choice that came", "3.6", "cancel_serial_no\t撤销流水号\tString20\tY", "cancel_serial_no\t撤销流水号\tString20\t二选一",
        &["? refund request cancel_serial_no", "request-field-became-optional refund request cancel_serial_no: required -> optional"]),
    change("a mark of a choice that went", "3.4", "第三方服务商订单号\tString64\t二选一", "第三方服务商订单号\tString64\tN",
        &["? queryorder request hosp_out_trade_no", "request-field-mark-changed queryorder request hosp_out_trade_no: 二选一 -> N"]),
    change("a choice in a remark that went", "3.6", "Y\t二选一 ", "Y\t",
        &["? refund request med_trans_id"]),
    change("a length that is raised", "3.3", "第三方服务商订单号\tString64", "第三方服务商订单号\tString128",
        &["request-max-length-raised unifiedorder request hosp_out_trade_no: 64 -> 128"]),
    change("a length that is lowered", "3.3", "body\t商品描述\tString128", "body\t商品描述\tString64",
        &["request-max-length-lowered unifiedorder request body: 128 -> 64"]),
    change("a length that is set", "3.7", "退款成功时间\tString\t", "退款成功时间\tString14\t",
        &["response-max-length-set queryrefund response refund_end_time:  -> 14"]),
    change("a length of a structure", "3.3", "bka001\t业务批次号\t字符串\t3\t", "bka001\t业务批次号\t字符串\t5\t",
        &["request-max-length-raised unifiedorder request_content bka001: 3 -> 5"]),
    change("a type that is widened", "3.2.1", "凭证有效时间\tUInt32", "凭证有效时间\tUInt64",
        &["response-type-widened gettoken response expires_in: Uint32 -> Uint64"]),
    change("a type that is narrowed", "3.6", "现金退款金额\tUInt64", "现金退款金额\tUInt32",
        &["response-type-narrowed refund response cash_refund_fee: Uint64 -> Uint32"]),
    change("a type that is another", "3.7", "医保退款金额 (目前只能全额退)\tUint64", "医保退款金额 (目前只能全额退)\tString32",
        &["response-type-changed queryrefund response insurance_refund_fee: Uint64 -> String32"]),
    change("a value that came", "3.4", "INITIAL—未绑卡", "INITIAL—未绑卡 USERPAYING—用户支付中",
        &["? MedTradeState USERPAYING", "response-enum-value-added MedTradeState USERPAYING:  -> USERPAYING"]),
    change("a value that is a number", "3.3", " 7 外国人永久居留证", " 7 外国人永久居留证 2 军官证",
        &["? UserCardType 2", "request-enum-value-added UserCardType 2:  -> 2"]),
    change("a value in capitals within a sentence", "3.6", "CASH_ONLY 则", "INSURANCE_ONLY 则只退医保部分，CASH_ONLY 则",
        &["? PartRefundType INSURANCE_ONLY", "request-enum-value-added PartRefundType INSURANCE_ONLY:  -> INSURANCE_ONLY"]),
    change("a value that went", "3.4", "SYS_REFUNDING—支付失败，异常处理中 ", "",
        &["? MedTradeState SYS_REFUNDING", "response-enum-value-removed MedTradeState SYS_REFUNDING: SYS_REFUNDING -> "]),
    change("a value that only one row no longer lists", "3.5", "2: 医保 3: 现金+医保", "2: 医保",
        &["notification-listed-value-removed notification notification pay_type: 3 -> "]),
    change("a value that a row lists anew", "3.4", "RegPay=挂号支付 DiagPay", "RegPay=挂号支付 InHospPay=住院 DiagPay",
        &["response-listed-value-added queryorder response order_type:  -> InHospPay"]),
    change("a meaning of a value", "3.4", "PAYED—已支付", "PAYED—医保已支付",
        &["enum-value-label-changed InsuranceTradeStatus PAYED: 已支付 -> 医保已支付"]),
    change("a unit", "3.6", "以分为单位", "以元为单位",
        &["? refund response total_fee", "response-unit-changed refund response total_fee: fen -> a plain number"]),
    change("a form of a time", "3.3", "yyyyMMddHHmmss", "yyyy-MM-dd HH:mm:ss",
        &["? unifiedorder request gmt_out_create", "request-format-changed unifiedorder request gmt_out_create: time -> text"]),
    change("a label", "3.9", "msg\treturn_msg", "msg\t返回信息",
        &["response-field-label-changed verifyname response return_msg: return_msg -> 返回信息"]),
    change("a condition line", "3.9", "以下字段在 return_code 为 SUCCESS", "以下字段在 return_code 为 FAIL",
        &["response-part-tightened verifyname response: return_code == \"SUCCESS\" -> return_code == \"FAIL\""]),
    change("a row in the table of another condition", "3.3", "err_code_des\t错误代码描述\tString128\tN\t\n\n以下字段在 return_code 和 result_code 都为 SUCCESS 的时候有返回\n\n字段名\t中文解释\t类型\t是否必填\t备注\n",
        "\n以下字段在 return_code 和 result_code 都为 SUCCESS 的时候有返回\n\n字段名\t中文解释\t类型\t是否必填\t备注\nerr_code_des\t错误代码描述\tString128\tN\t\n",
        &["response-part-loosened unifiedorder response err_code_des: return_code == \"SUCCESS\" -> return_code == \"SUCCESS\" && result_code == \"SUCCESS\""]),
    change("an address", "3.7", "payinsurance/queryrefund?", "payinsurance/refundquery?",
        &["interface-url-changed queryrefund: https://api.weixin.qq.com/payinsurance/queryrefund -> https://api.weixin.qq.com/payinsurance/refundquery"]),
    change("the algorithm of the signature", "3.1", "签名算法\tMD5", "签名算法\tHMAC-SHA256",
        &["? signature", "document-signature-changed document: MD5 -> HMAC-SHA256"]),
    change("an error code that came", "5", "556\t", "559\t退款金额超限\t\t\t退款\t\n556\t",
        &["? error codes 559", "error-code-added error codes 559:  -> 退款金额超限"]),
    change("an error code that went", "5", "542\t自费单查询失败\t\t查单\t\t\n", "",
        &["? error codes 542", "error-code-removed error codes 542: 自费单查询失败 -> "]),
    change("a meaning of an error code", "5", "查询绑卡信息失败", "查询绑卡信息超时",
        &["? error codes 535", "error-code-meaning-changed error codes 535: 查询绑卡信息失败 -> 查询绑卡信息超时"]),
    change("an interface that answers an error code", "5", "订单信息不存在\t\t查单\t\t", "订单信息不存在\t\t查单\t退款\t",
        &["error-code-interfaces-changed error codes 541: queryorder -> queryorder, refund"]),
    change("a column that came", "3.8", ", 医保其他金额\n", ", 医保其他金额, 商户优惠金额\n",
        &["? bill columns 商户优惠金额", "bill-column-added bill ALL 商户优惠金额:  -> 56"]),
    change("a column that went", "3.8", "当日退款的订单\n\n交易时间,公众账号 ID,商户号,子商户号,设备号,", "当日退款的订单\n\n交易时间,公众账号 ID,商户号,子商户号,",
        &["bill-column-removed bill REFUND 设备号: 5 -> "]),
    change("a column that stands elsewhere", "3.8", "当日成功支付的订单\n\n交易时间, 公众账号 ID, 商户号,", "当日成功支付的订单\n\n交易时间, 商户号, 公众账号 ID,",
        &["bill-column-moved bill SUCCESS 商户号: behind `公众账号ID` -> behind `交易时间`"]),
    change("a version", "6", "V2.4\t2020-07-13", "V2.5\t2021.3.1\t\nV2.4\t2020-07-13",
        &["document-version-changed document: 2.4 -> 2.5", "? version 2.5"]),
    Change { through: "\n4 签名生成算法", ..change("an interface that went", "3.10", "关闭订单接口", "（无）",
        &["? closeorder", "interface-removed closeorder: POST https://api.weixin.qq.com/payinsurance/closeorder -> "]) },
    change("an interface that came", "3.9", "\n3.10 ", NEW_INTERFACE,
        &["? getmedinfo", "? getmedinfo request nonce_str", "? getmedinfo request openid", "? getmedinfo request sign", "? getmedinfo response medical_card_no", "? getmedinfo response return_code", "? getmedinfo response return_msg", "interface-added getmedinfo:  -> POST https://api.weixin.qq.com/payinsurance/getmedinfo"]),
];

/// What the extraction of a PDF does, and no version.
#[rustfmt::skip]
pub(crate) const DAMAGE: &[Change] = &[
    change("a blank within a name", "3.3", "hospital_name\t", "hospital _name\t", &[]),
    change("a name over two lines", "3.3", "user_name\t真实姓名\tString32\tY\t张三", "user_na\t真实姓名\tString32\tY\t\n\nme\t\t\t\t张三", &[]),
    change("a line break within a label", "3.3", "bill_no\t业务单据号\t", "bill_no\t业务单\n据号\t", &[]),
    change("a blank within a label", "3.6", "医院退款订单号", "医院退款 订单号", &[]),
    change("a remark behind tabs", "3.4", "SUCCESS—支付成功 REFUND—转入退款 NOTPAY", "SUCCESS—支付成功\n\t\t\t\tREFUND—转入退款 NOTPAY", &[]),
    change("a remark behind a page break and tabs", "3.7", "FAIL—退款失败 REFUNDING", "FAIL—退款失败\n\n24\n\n\t\t\t\tREFUNDING", &[]),
    change("a value that a page break cut", "3.4", "REFUND—转入退款 PAYING", "REF\n\n\t\t\t\tUND—转入退款 PAYING", &[]),
    change("a page break through a row", "3.5", "medical_card_id\t诊疗证编号\tString32\tN\t", "medical_ca\t诊疗证\tString32\tN\t\n\nrd_id\t编号\t\t\t", &[]),
    change("a heading row that a new page repeats", "3.6", "cash_refund_id\t微信医保", "\n字段名\t中文解释\t类型\t是否必填\t备注\ncash_refund_id\t微信医保", &[]),
    change("blank lines between rows", "3.9", "nonce_str", "\n\n\nnonce_str", &[]),
    change("an extra tab within a remark", "3.3", "单位为分>0 ", "单位为分>0\t", &[]),
    change("a meaning of an error code over two lines", "5", "退款单号和原退款单号不相符\t\t\t退款\t", "退款单号和原退\t\t\t退款\t\n\t款单号不相符\t\t\t", &[]),
];
