//! What must be in the document and is not, what could not be read, and an excerpt that leaves the rest out.

use std::process::Command;

use signed_xml_spec_tools::import::{Scope, import, read};

use super::golden::{GOLDEN, folder};
use super::invented::{paragraph, word};
use super::{TEXT, changes, damage, edited, imported, line_of, model, questions};

/// The text from one line up to another.
fn cut(from: &str, to: &str) -> String {
    let start = TEXT.find(from).unwrap();
    let end = start + TEXT[start..].find(to).unwrap();
    TEXT[start..end].to_owned()
}

#[test]
fn every_section_says_what_is_expected_and_what_was_read() {
    let import = imported(TEXT);
    let accounts: Vec<String> = import
        .accounts
        .iter()
        .map(|account| {
            let (section, unit) = (&account.section, account.unit);
            format!("{section}: {} {} {unit}", account.expected, account.read)
        })
        .collect();
    assert_eq!(
        accounts,
        [
            "1.2 agenttoken: 4 4 rows",
            "2 pay: 41 41 rows",
            "3 notice: 8 8 rows",
            "4 getbill: 4 4 rows",
            "errors: 3 3 codes",
            "bills: 10 10 columns",
            "versions: 2 2 versions",
            "signature: 1 1 algorithms",
        ]
    );
}

#[test]
fn a_table_that_is_gone_is_missing_and_its_fields_are_not_called_removed() {
    let table = cut("access_token\t", "\n2 统一");
    let import = imported(&edited(&table, ""));
    assert_eq!(
        damage(&import),
        ["1.2 agenttoken: missing the table of `response` when `return_code == \"SUCCESS\"`"]
    );
    assert_eq!(changes(&import), [""; 0]);
    assert_eq!(questions(&import), [""; 0]);
}

#[test]
fn a_table_whose_tabs_became_blanks_is_reported_line_by_line() {
    let table = cut(
        "字段名\t中文解释\t类型\t是否必填\t备注\n-----\t------\t----\t------\t----\nbill_date",
        "\n2. 返回",
    );
    let import = imported(&edited(&table, &table.replace('\t', "  ")));
    let damage = damage(&import);
    assert_eq!(damage[0], "4 getbill: missing every table of `request`");
    let line = line_of(TEXT, "bill_date");
    assert!(
        damage
            .iter()
            .any(|what| what.contains(&format!("line {line}: `bill_date"))),
        "{damage:?}"
    );
    assert_eq!(changes(&import), [""; 0]);
}

#[test]
fn a_heading_row_of_unknown_words_is_reported_with_the_words_that_are_known() {
    let codes = imported(&edited("错误码\t含义", "反馈码\t含义"));
    let found = damage(&codes);
    assert_eq!(found[0], "errors: missing the table of error codes");
    let line = line_of(TEXT, "错误码\t");
    assert!(
        found[1].starts_with(&format!("elsewhere: line {line}: `反馈码 | 含义 | 接口`"))
            && found[1].contains("错误码/"),
        "{found:?}"
    );
    let fields = TEXT.replace(
        "字段名\t中文解释\t类型\t是否必填\t备注",
        "变量\t叫法\t式样\t要否\t附注",
    );
    let found = damage(&imported(&fields));
    let tables = found
        .iter()
        .filter(|what| what.contains("`变量 | 叫法 | 式样 | 要否 | 附注`"))
        .count();
    assert_eq!(tables, 10, "{found:?}");
}

#[test]
fn a_synonym_of_a_heading_is_a_word_of_the_vocabulary() {
    let text = TEXT.replace(
        "字段名\t中文解释\t类型\t是否必填\t备注",
        "参数\t名称\t类型\t必输\t说明",
    );
    let import = imported(&text.replace("错误码\t含义", "返回码\t含义"));
    assert!(
        import.is_covered() && import.is_complete(),
        "{:?}",
        damage(&import)
    );
}

#[test]
fn rows_without_their_heading_row_are_reported() {
    let heading = "2. 返回参数\n\n字段名\t中文解释\t类型\t是否必填\t备注\n-----\t------\t----\t------\t----\nreturn_code\t返回状态码\tString16\tY\tSUCCESS/FAIL\nerr_message";
    let import = imported(&edited(
        heading,
        "2. 返回参数\n\nreturn_code\t返回状态码\tString16\tY\tSUCCESS/FAIL\nerr_message",
    ));
    let found = damage(&import);
    assert_eq!(
        found[0],
        "2 pay: missing the table of `response` without a condition"
    );
    assert!(
        found[1].contains("`return_code | 返回状态码 | String16")
            && found[1].contains("stand below no heading row"),
        "{found:?}"
    );
}

#[test]
fn one_row_with_blanks_instead_of_tabs_is_reported_wherever_it_stands() {
    for (before, row) in [
        ("body\t商品描述", "visit_no 就诊流水号 String20 Y\n"),
        (
            "sign\t签名\tString32\tY\t\n\n2. 返回参数\n\n字段名\t中文解释\t类型\t是否必填\t备注\n-----\t------\t----\t------\t----\nreturn_code\t返回状态码\tString16\tY\tSUCCESS/FAIL\nerr",
            "visit_no  就诊流水号  String20  Y\n",
        ),
        ("102\t账单不存在", "559 退款金额超限 下单\n"),
        ("V1.1\t2021-01-31", "V1.2 2022-01-31\n"),
    ] {
        let text = edited(before, &format!("{row}{before}"));
        let found = damage(&imported(&text));
        let line = text
            .lines()
            .position(|line| line == row.trim_end())
            .unwrap()
            + 1;
        assert_eq!(found.len(), 1, "{row}: {found:?}");
        assert!(found[0].contains(&format!("line {line}: ")), "{found:?}");
    }
}

#[test]
fn a_row_that_lost_a_separator_is_reported() {
    for (find, replace) in [
        ("body\t商品描述\t", "body 商品描述\t"),
        ("body\t商品描述\tString128\t", "body\t商品描述 String128\t"),
        (
            "body\t商品描述\tString128\tY",
            "body\t商品描述\tString128 Y",
        ),
        ("body\t商品描述\tString128", "\t商品描述\tString128"),
        ("body\t商品描述\tString128", "body\t商品描述\t"),
    ] {
        let text = edited(find, replace);
        let found = damage(&imported(&text));
        let line = text
            .lines()
            .position(|line| line.contains("商品描述"))
            .unwrap()
            + 1;
        assert!(
            found.len() == 1 && found[0].contains(&format!("line {line}: ")),
            "{replace}: {found:?}"
        );
    }
}

#[test]
fn wide_characters_are_read_in_their_plain_form_and_said() {
    let text = TEXT
        .replace("\tY\t", "\tＹ\t")
        .replace("String32", "String３２")
        .replace("3 支付结果", "３ 支付结果");
    let import = imported(&text);
    assert!(
        import.is_covered() && import.is_complete(),
        "{:?}",
        changes(&import)
    );
    let notes: Vec<String> = import.notes.iter().map(|note| note.text.clone()).collect();
    assert!(
        notes
            .iter()
            .any(|note| note.starts_with("`Ｙ` was read as `Y`, 36 times")),
        "{notes:?}"
    );
    assert!(
        notes
            .iter()
            .any(|note| note.starts_with("`２` was read as `2`")),
        "{notes:?}"
    );
}

#[test]
fn what_people_read_is_kept_as_printed() {
    let import = imported(&edited("body\t商品描述", "body\t商品（Ａ）描述"));
    assert_eq!(
        changes(&import),
        ["request-field-label-changed pay request body: 商品描述 -> 商品（Ａ）描述"]
    );
    let value = imported(&edited("PAID—已支付", "PAID—已支付（Ａ）"));
    assert_eq!(
        changes(&value),
        ["enum-value-label-changed OrderState PAID: 已支付 -> 已支付（Ａ）"]
    );
}

#[test]
fn a_paragraph_below_a_table_is_no_remark_of_its_last_row() {
    let row = "state\t订单状态\tString16\tN\tOPEN—未支付 PAID—已支付 REFUND—转入退款 SHUT—已关闭\ntime_end\t支付时间\tString14\tY\t格式为 yyyyMMddHHmmss\nsign\t签名\tString32\tY\t\n";
    let last = format!(
        "{}state\t订单状态\tString16\tN\tOPEN—未支付 PAID—已支付 REFUND—转入退款 SHUT—已关闭\n",
        row.split_once('\n').unwrap().1
    );
    let text = edited(row, &format!("{last}LOCKED—锁定, ENDED—结束\n"));
    assert_eq!(questions(&imported(&text)), [""; 0]);
}

#[test]
fn a_condition_that_is_merged_over_a_table_of_word_is_a_condition() {
    let row = |cells: &[&str]| {
        let cells: String = cells
            .iter()
            .map(|cell| format!("<w:tc>{}</w:tc>", paragraph(cell)))
            .collect();
        format!("<w:tr>{cells}</w:tr>")
    };
    let merged = |text: &str| {
        format!(
            "<w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"5\"/></w:tcPr>{}</w:tc></w:tr>",
            paragraph(text)
        )
    };
    let heading = row(&["字段名", "中文解释", "类型", "是否必填", "备注"]);
    let tables = |condition: &str| {
        [
            paragraph("1.2 服务商获取凭证"),
            paragraph("`https://clinic.example/agent/token?agentappid=A`"),
            paragraph("1. 请求参数"),
            format!(
                "<w:tbl>{heading}{}</w:tbl>",
                row(&["agentappid", "服务商公众账号ID", "String32", "Y", ""])
            ),
            paragraph("2. 返回参数"),
            format!(
                "<w:tbl>{heading}{}{condition}{}{}</w:tbl>",
                row(&["return_code", "返回状态码", "String16", "Y", "SUCCESS/FAIL"]),
                row(&["access_token", "凭证", "String256", "Y", ""]),
                row(&["expires_in", "有效时间", "Uint32", "Y", "单位：秒"]),
            ),
            paragraph("凭证在有效时间内可以重复使用"),
        ]
        .concat()
    };
    let model = model();
    let scope = Scope::partial(&model, &["1.2".to_owned()]).unwrap();
    let of_word = |condition: &str| {
        let document = read(&word(&tables(condition), None), &model).unwrap();
        import(&model, &document, None, &scope).unwrap()
    };
    let whole = of_word(&merged("以下字段在 return_code 为 SUCCESS 的时候有返回"));
    assert!(
        whole.is_covered() && whole.is_complete(),
        "{:?}",
        changes(&whole)
    );
    // Without it the fields would be there always: that is asked, not written in silence.
    let lost = of_word("");
    assert!(!lost.is_covered(), "{:?}", questions(&lost));
    let odd = of_word(&merged("商户信息"));
    assert!(damage(&odd)[0].contains("`商户信息`"), "{:?}", damage(&odd));
}

#[test]
fn a_condition_row_within_a_table_of_markdown_or_text_is_a_condition() {
    let (before, after) = (
        "return_code\t返回状态码\tString16\tY\tSUCCESS/FAIL\n\n以下字段在 return_code 为 SUCCESS 的时候有返回\n\n字段名\t中文解释\t类型\t是否必填\t备注\n-----\t------\t----\t------\t----\naccess_token",
        "return_code\t返回状态码\tString16\tY\tSUCCESS/FAIL\n以下字段在 return_code 为 SUCCESS 的时候有返回\t\t\t\t\naccess_token",
    );
    let text = edited(before, after);
    for text in [text.clone(), super::markdown(&text)] {
        let import = imported(&text);
        assert!(
            import.is_covered() && import.is_complete(),
            "{:?}",
            changes(&import)
        );
    }
}

#[test]
fn a_condition_that_is_gone_is_marked_on_the_first_row_of_its_part() {
    let import = imported(&edited(
        "以下字段在 return_code 为 SUCCESS 的时候有返回\n",
        "",
    ));
    let asked = questions(&import);
    assert!(
        asked
            .iter()
            .any(|question| question.starts_with("agenttoken response")),
        "{asked:?}"
    );
}

#[test]
fn an_excerpt_begins_at_any_chapter_and_names_its_sections() {
    let model = model();
    let excerpt = cut("3 支付结果通知", "5 错误码");
    let document = read(excerpt.as_bytes(), &model).unwrap();
    let of = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let scope = Scope::partial(&model, &words).unwrap();
        import(&model, &document, None, &scope).unwrap()
    };
    let whole = of(&["3", "getbill", "bills"]);
    assert!(
        whole.is_covered() && whole.is_complete() && whole.notes.is_empty(),
        "{:?}",
        damage(&whole)
    );
    assert_eq!(
        damage(&of(&["3", "4", "errors"])),
        ["errors: missing the table of error codes"]
    );
    let error = Scope::partial(&model, &["9.9".to_owned()]).unwrap_err();
    assert!(
        error.contains("`9.9`") && error.contains("1.2, 2, 3, 4") && error.contains("errors"),
        "{error}"
    );
}

#[test]
fn the_commands_fail_while_anything_expected_is_missing() {
    let root = tempfile::tempdir().unwrap();
    let document = root.path().join("excerpt.txt");
    std::fs::write(&document, cut("3 支付结果通知", "5 错误码")).unwrap();
    let run = |command: &str, more: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_codegen"))
            .arg(command)
            .arg(&document)
            .arg("--spec")
            .arg(folder(GOLDEN))
            .args(more)
            .output()
            .unwrap();
        let [out, err] =
            [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
        (output.status.code(), format!("{out}{err}"))
    };
    for command in ["coverage", "import"] {
        let (code, found) = run(command, &[]);
        assert_eq!(code, Some(1), "{found}");
        assert!(found.contains("missing: section 2 (统一下单)"), "{found}");
        let (code, found) = run(command, &["--partial", "3,4,bills"]);
        assert_eq!(code, Some(0), "{found}");
        assert_eq!(run(command, &["--partial", "refunds"]).0, Some(2));
    }
}
