//! The mistakes, each with its code and its sentence in English and Chinese.
//!
//! A sentence says what the sender did and what is right instead. `{detail}` is the variety of the
//! mistake, `{fields}` the names of the fields that it is about. Sources: reports of users of
//! clients of this family of interfaces, in their public issue trackers.

/// Writes the enum of the mistakes and its tables from one line each.
macro_rules! kinds {
    ($($(#[$doc:meta])+ $name:ident = $code:literal, $en:literal, $zh:literal;)+) => {
        /// A kind of mistake.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Kind {
            $($(#[$doc])+ $name,)+
        }

        impl Kind {
            /// All kinds that the doctor knows.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code: stable, for programs.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            pub(crate) const fn english(self) -> &'static str {
                match self {
                    $(Self::$name => $en,)+
                }
            }

            pub(crate) const fn chinese(self) -> &'static str {
                match self {
                    $(Self::$name => $zh,)+
                }
            }
        }
    };
}

kinds! {
    /// There is no `sign`, or an empty one.
    SignMissing = "sign_missing",
        "the message has no `sign`, and a missing signature is a failed one",
        "报文没有 `sign` 字段或其值为空；没有签名等于签名失败";
    /// The signature stands in a field of another name.
    SignMisnamed = "sign_misnamed",
        "the signature stands in {fields}: its field is called `sign`",
        "签名放在了 {fields}：字段名应为 `sign`";

    /// Fields with the value 0 were not signed.
    ZeroLeftOut = "zero_left_out",
        "fields with the value 0 were left out of the signature ({fields}): 0 is a value and is signed",
        "值为 0 的字段没有参与签名（{fields}）：0 不是空值，必须参与签名";
    /// One or two fields were not signed.
    FieldLeftOut = "field_left_out",
        "{fields} was left out of the signature: every field that is sent with a value is signed",
        "{fields} 没有参与签名：凡是发送的非空字段都要参与签名";
    /// Fields that the table does not name were not signed.
    UnknownLeftOut = "unknown_left_out",
        "fields that the table does not name were left out ({fields}): all that is sent is signed, new fields too",
        "接口表中没有的字段没有参与签名（{fields}）：收到的所有字段（包括新增字段）都要参与签名";
    /// Fields of one family were not signed.
    FamilyLeftOut = "family_left_out",
        "all fields that begin with `{detail}` were left out of the signature ({fields})",
        "以 `{detail}` 开头的字段全部没有参与签名（{fields}）";
    /// Fields without a value were signed.
    EmptySigned = "empty_signed",
        "fields with an empty value were signed ({fields}): leave them out",
        "值为空的字段参与了签名（{fields}）：空值不参与签名";
    /// A word stood in the signature for a field that has no value.
    AbsentSigned = "absent_signed",
        "{fields} has no value and was signed as `{detail}`: leave it out",
        "{fields} 没有值，却以 `{detail}` 参与了签名：没有值的字段不参与签名";
    /// `sign` itself was signed.
    SignSigned = "sign_signed",
        "`sign` itself was signed ({detail}): it is never part of the string",
        "`sign` 自身参与了签名（{detail}）：签名串中不能包含 `sign`";
    /// A field was signed that is not sent.
    FieldAdded = "field_added",
        "{fields} was signed but not sent: sign what is sent, nothing else",
        "{fields} 参与了签名但没有发送：只对实际发送的字段签名";
    /// A field was signed under another name than it was sent.
    Renamed = "renamed",
        "{fields} was signed under the name `{detail}`: sign the name that is sent",
        "{fields} 以名称 `{detail}` 参与签名：签名与发送必须使用同一个字段名";
    /// All names were signed in another spelling.
    NamesRespelled = "names_respelled",
        "the names were signed in {detail}: names are signed as they are sent, exact in case",
        "字段名以 {detail} 形式参与签名：字段名区分大小写，须与发送的完全一致";
    /// The members of a structured value were signed as fields.
    Flattened = "flattened",
        "the value of {fields} was signed {detail}: a value is signed as one text, as it is sent",
        "{fields} 的值以另一种结构参与签名（{detail}）：值应作为一个整体、按发送的原文签名";
    /// A name stands twice in the message.
    Repeated = "repeated",
        "{fields} stands in the message more than once, and {detail} was signed: send each name once",
        "{fields} 在报文中重复出现，参与签名的是 {detail}：每个字段名只能出现一次";

    /// The marks of CDATA sections were signed.
    CdataSigned = "cdata_signed",
        "the marks `<![CDATA[` and `]]>` were signed: they are markup, only the text between them is signed",
        "`<![CDATA[` 和 `]]>` 标记参与了签名：它们只是 XML 标记，只对其中的文本签名";
    /// Escapes of XML were signed.
    EscapesSigned = "escapes_signed",
        "values were escaped for XML before they were signed ({detail}): sign the plain text",
        "签名前对值做了 XML 转义（{detail}）：应对原文签名";
    /// Values were escaped twice when they were sent.
    EscapesSent = "escapes_sent",
        "the plain text was signed, and values were escaped once too often when they were sent ({detail})",
        "签名用的是原文，但发送时多做了一次转义（{detail}）";
    /// Blanks around values were not signed.
    Trimmed = "trimmed",
        "blanks around values were not signed ({fields}): values are signed exactly as they are sent",
        "值首尾的空白没有参与签名（{fields}）：值须按发送的原样签名";
    /// Pretty-printing put line ends into values.
    PrettyPrinted = "pretty_printed",
        "pretty-printing put line ends and blanks into values after they were signed ({fields}): send XML without indentation",
        "签名之后，XML 格式化在值中加入了换行和空白（{fields}）：发送时不要缩进 XML";
    /// Blanks within values were changed.
    BlanksChanged = "blanks_changed",
        "blanks or line ends within values differ between signing and sending ({detail})",
        "值内部的空白或换行在签名与发送时不一致（{detail}）";
    /// Values were encoded for an address before they were signed.
    PercentSigned = "percent_signed",
        "values were URL-encoded before they were signed ({detail}): sign them as they are",
        "签名前对值做了 URL 编码（{detail}）：应对编码前的原文签名";
    /// Values were encoded for an address when they were sent.
    PercentSent = "percent_sent",
        "plain values were signed, and URL-encoded ones sent ({detail}): send what was signed",
        "签名用的是原文，发送的却是 URL 编码后的值（{detail}）：发送的必须是签名的值";
    /// `\x..` escapes were signed.
    BackslashXSigned = "backslash_x_signed",
        "values were signed with `\\x..` escapes: sign the characters themselves",
        "值以 `\\x..` 转义形式参与签名：应对字符原文签名";
    /// `\x..` escapes were sent.
    BackslashXSent = "backslash_x_sent",
        "the message has `\\x..` escapes in it, and the characters themselves were signed: a log or a proxy has changed the message",
        "报文中含有 `\\x..` 转义，而签名用的是字符原文：报文被日志或代理改写过";
    /// `\u....` escapes were signed.
    BackslashUSigned = "backslash_u_signed",
        "values were signed with `\\u....` escapes ({detail}): sign the characters themselves",
        "值以 `\\u....` 转义形式参与签名（{detail}）：应对字符原文签名";
    /// `\u....` escapes were sent.
    BackslashUSent = "backslash_u_sent",
        "the message has `\\u....` escapes in it, and the characters themselves were signed",
        "报文中含有 `\\u....` 转义，而签名用的是字符原文";
    /// A JSON value was written again.
    JsonRewritten = "json_rewritten",
        "the JSON in {fields} was written anew between signing and sending ({detail}): serialize it once, sign and send that text",
        "{fields} 中的 JSON 在签名与发送之间被重新序列化（{detail}）：只序列化一次，签名和发送用同一段文本";
    /// Quotes were signed.
    QuotesSigned = "quotes_signed",
        "values were signed in quotes or with escaped quotes ({detail}): sign the plain text",
        "值带引号或转义引号参与签名（{detail}）：应对原文签名";
    /// A number was signed in another form.
    NumberReformatted = "number_reformatted",
        "a number was signed in another form than it was sent ({detail}; {fields}): sign the digits that are sent",
        "数字以另一种形式参与签名（{detail}；{fields}）：须按发送的数字原样签名";
    /// A time was signed in another form.
    TimeReformatted = "time_reformatted",
        "a time was signed in another form than it was sent ({detail}; {fields})",
        "时间以另一种格式参与签名（{detail}；{fields}）";
    /// A boolean was signed in another form.
    BooleanReformatted = "boolean_reformatted",
        "`true` or `false` was signed in another form than it was sent ({detail}; {fields})",
        "布尔值以另一种形式参与签名（{detail}；{fields}）";
    /// The case of values was changed.
    ValueCase = "value_case",
        "the case of values was changed before they were signed ({detail}; {fields})",
        "签名前改变了值的大小写（{detail}；{fields}）";
    /// Invisible characters were dropped.
    InvisibleDropped = "invisible_dropped",
        "the message has invisible characters in {fields} that were not signed (BOM, zero-width or no-break blanks)",
        "{fields} 中含有没有参与签名的不可见字符（BOM、零宽字符或不换行空格）";
    /// Values were normalized.
    Normalized = "normalized",
        "values were signed in another Unicode normalization or character width ({detail})",
        "值以另一种 Unicode 规范化或全角/半角形式参与签名（{detail}）";
    /// Characters beyond the basic plane were lost.
    AstralLost = "astral_lost",
        "emoji and rare characters were changed before signing ({detail}), for example by a database without utf8mb4",
        "表情符号或生僻字在签名前被改变（{detail}），例如数据库不支持 utf8mb4";
    /// UTF-8 was taken for another charset before signing.
    MojibakeSigned = "mojibake_signed",
        "garbled text was signed: UTF-8 was taken for {detail} and encoded again",
        "参与签名的是乱码：UTF-8 被当作 {detail} 再次编码";
    /// UTF-8 was taken for another charset when it was sent.
    MojibakeSent = "mojibake_sent",
        "the message that arrived is garbled, and the right text was signed: UTF-8 was taken for {detail} and encoded again when it was sent",
        "收到的报文是乱码，而签名用的是正确文本：发送时 UTF-8 被当作 {detail} 再次编码";

    /// Bytes of another charset were signed.
    CharsetSigned = "charset_signed",
        "the bytes of {detail} were signed: name UTF-8 where the string becomes bytes, for example `getBytes(\"UTF-8\")`",
        "签名用的是 {detail} 编码的字节：字符串转字节时须指定 UTF-8，例如 `getBytes(\"UTF-8\")`";
    /// The message was sent in another charset.
    CharsetSent = "charset_sent",
        "the message was sent in {detail}: send UTF-8, and say so in Content-Type",
        "报文以 {detail} 编码发送：应以 UTF-8 发送，并在 Content-Type 中注明";
    /// Characters that a charset does not have were signed as `?`.
    CharactersLost = "characters_lost",
        "characters that {detail} does not have were signed as `?`: name UTF-8 where the string becomes bytes",
        "{detail} 中没有的字符以 `?` 参与签名：字符串转字节时须指定 UTF-8";

    /// Signed in the order sent.
    OrderReceived = "order_received",
        "the fields were signed in the order sent, not sorted by name",
        "字段按发送顺序签名，没有按字段名排序";
    /// Sorted without regard to case.
    OrderCaseless = "order_caseless",
        "names were sorted without regard to case: capital letters sort before all small ones",
        "排序时忽略了大小写：按 ASCII 码，大写字母排在所有小写字母之前";
    /// Sorted by the rules of a language.
    OrderLocale = "order_locale",
        "names were sorted by the rules of a language ({detail}): sort by bytes (ASCII)",
        "按语言区域规则排序（{detail}）：应按字节（ASCII 码）排序";
    /// Sorted downwards.
    OrderDescending = "order_descending",
        "names were sorted from the last to the first",
        "字段名按降序排列：应按升序";
    /// Sorted as `name=value`.
    OrderOfPairs = "order_of_pairs",
        "the joined `name=value` were sorted, not the names: `=` sorts before letters and after digits",
        "排序的是拼接好的 `name=value` 而不是字段名";
    /// Sorted by value.
    OrderOfValues = "order_of_values",
        "the fields were sorted by their values: sort by name",
        "按字段值排序：应按字段名排序";
    /// Sorted by numbers within names.
    OrderNatural = "order_natural",
        "numbers within names were sorted by size: `_10` sorts before `_2`",
        "按字段名中的数字大小排序：按 ASCII 码，`_10` 排在 `_2` 之前";
    /// Sorted as the table lists them.
    OrderOfTable = "order_of_table",
        "the fields were signed in the order of the document's table, not sorted by name",
        "字段按文档表格的顺序签名，没有按字段名排序";
    /// Sorted by length.
    OrderOfLengths = "order_of_lengths",
        "names were sorted by their length",
        "按字段名长度排序";

    /// `&` or `=` are missing in the string.
    SeparatorsLeftOut = "separators_left_out",
        "the string was joined without its separators ({detail}): it is `name=value` joined with `&`",
        "拼接签名串时缺少分隔符（{detail}）：应为 `name=value`，用 `&` 连接";
    /// Other separators were used.
    SeparatorsReplaced = "separators_replaced",
        "the string was joined with other separators ({detail}): it is `name=value` joined with `&`",
        "拼接签名串时用了别的分隔符（{detail}）：应为 `name=value`，用 `&` 连接";
    /// Only values were signed.
    ValuesOnly = "values_only",
        "only the values were signed, without names ({detail})",
        "只对值签名，没有带字段名（{detail}）";
    /// A separator too many.
    SeparatorsAdded = "separators_added",
        "the string has a separator too many ({detail})",
        "签名串多了分隔符（{detail}）";
    /// The whole string was encoded or changed.
    StringChanged = "string_changed",
        "the whole string was changed before it was signed ({detail})",
        "整个签名串在签名前被改变（{detail}）";
    /// The body was signed.
    BodySigned = "body_signed",
        "the body was signed instead of the string of its fields ({detail})",
        "签名的是报文正文，而不是字段拼接的签名串（{detail}）";

    /// The key was not part of the string.
    KeyLeftOut = "key_left_out",
        "the key was not put behind the string: it ends with `&key=` and the key",
        "签名串末尾没有拼接密钥：应以 `&key=密钥` 结尾";
    /// The key stood there without its name.
    KeyUnnamed = "key_unnamed",
        "the key stood behind the string without its name ({detail}): it ends with `&key=` and the key",
        "拼接密钥时没有写 `key=`（{detail}）：应以 `&key=密钥` 结尾";
    /// The key had another name.
    KeyMisnamed = "key_misnamed",
        "the key stood behind the string as `{detail}`: its name is `key`, in small letters",
        "拼接密钥时写成了 `{detail}`：名称应为小写的 `key`";
    /// The key stood first.
    KeyFirst = "key_first",
        "the key stood in front of the string ({detail}): it comes last, as `&key=`",
        "密钥放在了签名串前面（{detail}）：应放在最后，写成 `&key=密钥`";
    /// The key was sorted among the fields.
    KeySorted = "key_sorted",
        "`key` was sorted among the fields: it comes last, whatever the names are",
        "`key` 与其他字段一起排序了：它始终放在最后";
    /// The key stood twice or with something behind it.
    KeyRepeated = "key_repeated",
        "the key stood in the string in another way than `&key=` at the end ({detail})",
        "密钥拼接方式不对（{detail}）：只在最后拼接一次 `&key=密钥`";
    /// The key had blanks or a line end.
    KeyBlanks = "key_blanks",
        "the sender's key has {detail}: copy it again and trim it",
        "发送方的密钥带有 {detail}：请重新复制并去掉首尾空白";
    /// The key had a byte order mark.
    KeyBom = "key_bom",
        "the sender's key begins with a byte order mark (BOM): save its file without one",
        "发送方的密钥以 BOM 开头：请把密钥文件保存为无 BOM 的格式";
    /// The key was in another form.
    KeyForm = "key_form",
        "the key was used in another form ({detail}): it is used as it stands, character by character",
        "密钥以另一种形式使用（{detail}）：应按原字符使用";
    /// The key was cut.
    KeyCut = "key_cut",
        "the sender's key is not whole ({detail}): copy it again",
        "发送方的密钥不完整（{detail}）：请重新复制";
    /// Another secret was used.
    OtherSecret = "other_secret",
        "it was signed with {detail} instead of the key of this interface",
        "签名用的是 {detail}，而不是本接口的密钥";

    /// Another algorithm was used.
    OtherDigest = "other_digest",
        "it was signed by {detail}, which neither the table nor a `sign_type` names",
        "签名算法用了 {detail}，与接口约定或 `sign_type` 不一致";
    /// The digest was taken twice.
    DigestTwice = "digest_twice",
        "the digest was taken twice ({detail})",
        "对摘要又做了一次摘要（{detail}）";
    /// The HMAC had another key.
    HmacKey = "hmac_key",
        "the HMAC was keyed with {detail}: it is keyed with the key, over the string that ends with `&key=` and the key",
        "HMAC 的密钥用了 {detail}：应以 API 密钥为 HMAC 密钥，并且签名串末尾也有 `&key=密钥`";

    /// Lower-case digits.
    SignLowerCase = "sign_lower_case",
        "the digits of `sign` must be upper-case",
        "`sign` 的十六进制字母必须大写";
    /// A part of the digest.
    SignCut = "sign_cut",
        "`sign` is only a part of the digest ({detail})",
        "`sign` 只是摘要的一部分（{detail}）";
    /// Base64.
    SignBase64 = "sign_base64",
        "`sign` is base64 ({detail}): it is upper-case hexadecimal",
        "`sign` 用了 base64（{detail}）：应为大写十六进制";
    /// Encoded twice.
    SignHexTwice = "sign_hex_twice",
        "the hexadecimal digits of `sign` were encoded in hexadecimal once more",
        "`sign` 的十六进制文本又被转成了一次十六进制";
    /// Separators or other characters.
    SignDecorated = "sign_decorated",
        "`sign` has characters that are no digits ({detail})",
        "`sign` 含有十六进制以外的字符（{detail}）";
    /// Zeros were dropped.
    SignZerosDropped = "sign_zeros_dropped",
        "zeros were lost when the digest was printed ({detail}): every byte has two digits",
        "输出摘要时丢了 0（{detail}）：每个字节固定两位十六进制";
    /// Bytes were printed as signed numbers.
    SignExtended = "sign_extended",
        "bytes of the digest were printed as negative numbers (`ffffff..`): mask them with 0xff",
        "摘要字节被当作负数输出（`ffffff..`）：应先与 0xff 按位与";
}
