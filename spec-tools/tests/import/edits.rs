//! Edits of the made-up document, what they become in the spec, and damage that is mended.

use signed_xml_spec_tools::import::{self, Proposal, Scope, read, report, spec_of};

use super::{TEXT, changes, edited, imported, line_of, model, questions};

fn proposed(text: &str) -> Proposal {
    spec_of(text.as_bytes(), &model(), Some("1.1")).unwrap()
}

/// Lines that the proposal has and the spec has not.
fn new_lines(text: &str) -> Vec<String> {
    new_lines_of(&proposed(text))
}

fn new_lines_of(after: &Proposal) -> Vec<String> {
    let before = model();
    let mut lines = Vec::new();
    for file in after.sources.files() {
        let old = before
            .sources
            .files()
            .iter()
            .find(|old| old.name == file.name);
        let old: Vec<&str> = old.map_or(Vec::new(), |old| old.text.lines().collect());
        lines.extend(
            file.text
                .lines()
                .filter(|line| !old.contains(line))
                .map(|line| line.trim().to_owned()),
        );
    }
    lines
}

#[test]
fn a_document_without_edits_leaves_every_byte() {
    let proposal = proposed(TEXT);
    assert_eq!(proposal.changed, [""; 0]);
    assert_eq!(
        proposal.sources.fingerprint(),
        model().sources.fingerprint()
    );
}

#[test]
fn a_new_row_stands_behind_its_neighbour_with_version_and_line() {
    let text = edited(
        "body\t商品描述",
        "patient\t患者姓名\tString32\tY\t\nbody\t商品描述",
    );
    assert_eq!(
        changes(&imported(&text)),
        ["request-field-added-required pay request patient:  -> String32"]
    );
    let line = line_of(&text, "patient");
    assert_eq!(
        new_lines(&text),
        [format!(
            "{{ name = \"patient\", label = \"患者姓名\", type = \"string\", max = 32, required = true, since = \"1.1\", line = {line}, undecided = \"new row: write `doc`; is it about a person? then `personal = true`\", asked = [{{ line = {line}, text = \"row\" }}] }},"
        )]
    );
    let model = proposed(&text).model;
    let message = &model
        .interfaces
        .iter()
        .find(|found| found.name == "pay")
        .unwrap()
        .messages[0];
    let at = message
        .fields
        .iter()
        .position(|field| field.name == "patient")
        .unwrap();
    assert_eq!(message.fields[at - 1].name, "order_no");
    assert_eq!(message.fields[at].history.line, Some(line as u32));
    assert!(message.fields[at].history.undecided.is_some());
}

/// The document of the next version, so that what is gone ends with the present one.
fn of_next_version(text: &str) -> Proposal {
    spec_of(text.as_bytes(), &model(), Some("1.2")).unwrap()
}

#[test]
fn a_row_under_another_name_is_marked_on_both_sides() {
    let text = edited("count\t件数", "pieces\t件数");
    let proposal = of_next_version(&text);
    let rows: Vec<&str> = proposal
        .sources
        .files()
        .iter()
        .flat_map(|file| file.text.lines())
        .filter(|line| line.contains("undecided = ") && line.contains("件数"))
        .collect();
    let [old, new] = rows[..] else {
        panic!("{rows:?}");
    };
    assert!(
        old.contains("name = \"count\"") && old.contains("until = \"1.1\""),
        "{old}"
    );
    assert!(
        new.contains("name = \"pieces\"") && new.contains("since = \"1.2\""),
        "{new}"
    );
}

#[test]
fn other_capitals_are_followed_through_rules_and_groups() {
    let text = edited("cash_fee\t现金金额", "Cash_fee\t现金金额");
    assert_eq!(
        changes(&imported(&text)),
        ["request-field-case-changed pay request Cash_fee: cash_fee -> Cash_fee"]
    );
    let rules: Vec<String> = new_lines(&text)
        .into_iter()
        .filter(|line| line.contains("check = "))
        .collect();
    assert!(
        rules.len() == 3 && rules.iter().all(|rule| rule.contains("Cash_fee")),
        "{rules:?}"
    );
}

#[test]
fn an_edit_that_the_spec_cannot_carry_is_asked_about_and_the_rest_is_written() {
    // A rule adds `cash_fee` up, so it cannot become a text.
    let text = edited("cash_fee\t现金金额\tUint64", "cash_fee\t现金金额\tString16").replacen(
        "order_no\t订单号\tString64",
        "order_no\t订单号\tString32",
        1,
    );
    let lines = new_lines(&text);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].contains("name = \"order_no\"") && lines[0].contains("max = 32"),
        "{lines:?}"
    );
    assert!(
        lines[1].contains("type = \"u64\"") && lines[1].contains("the document prints type = "),
        "{lines:?}"
    );
}

#[test]
fn a_type_that_the_language_has_not_is_left_to_a_person() {
    let import = imported(&edited("count\t件数\tUint32", "count\t件数\tDecimal"));
    assert_eq!(changes(&import), [""; 0]);
    assert_eq!(
        questions(&import),
        [
            "pay request count: the document prints the type `Decimal`, which the spec language does not know"
        ]
    );
}

#[test]
fn a_new_message_and_a_new_part_are_written() {
    let text = edited(
        "4 下载账单",
        "3. 请求参数\n\n字段名\t中文解释\t类型\t是否必填\t备注\norder_no\t订单号\tString64\tY\t\n\n4 下载账单",
    );
    // A callback has no request: the spec cannot carry it, so a person is asked.
    let proposal = proposed(&text);
    let asked = &proposal.open[0];
    assert!(
        asked.place == "notice" && asked.text.contains("a new message `request`") && asked.written,
        "{asked:?}"
    );

    let text = edited(
        "3 支付结果通知",
        "2. 返回参数\n\n以下字段在 return_code 为 FAIL 的时候有返回\n\n字段名\t中文解释\t类型\t是否必填\t备注\nerr_hint\t提示\tString64\tN\t\n\n3 支付结果通知",
    );
    assert_eq!(
        changes(&imported(&text)),
        ["response-field-added-optional pay response err_hint:  -> String64"]
    );
    let lines = new_lines(&text);
    assert!(
        lines
            .iter()
            .any(|line| line == "when = 'return_code == \"FAIL\"'"),
        "{lines:?}"
    );
}

#[test]
fn the_version_comes_from_the_history_or_the_command() {
    let text = format!("{TEXT}V1.2\t2022.3.1\n");
    let import = imported(&text);
    // What the spec says to end with 1.1 goes on, since the document of 1.2 prints it.
    let expected = [
        "document-version-changed document: 1.1 -> 1.2",
        "request-field-doc-changed pay request lifetime: 1.1 -> ",
        "enum-doc-changed RefundPart CASH_ONLY: 1.1 -> ",
    ];
    assert_eq!(changes(&import), expected);
    assert!(new_lines_of(&import.proposal).iter().any(|line| {
        line.starts_with("{ version = \"1.2\", date = \"2022-03-01\", undecided = ")
    }));
    let model = model();
    let document = read(TEXT.as_bytes(), &model).unwrap();
    let given = import::import(&model, &document, Some("2.0"), &Scope::default()).unwrap();
    assert_eq!(given.proposal.model.document, "2.0");
}

#[test]
fn what_is_cut_is_mended_and_what_is_unknown_is_noted_with_its_line() {
    for (what, find, replace) in [
        (
            "a blank",
            "order_no\t订单号\tString64",
            "order _no\t订单 号\tString64",
        ),
        (
            "two lines",
            "notify_url\t回调 url\tString256\tY\t",
            "notify_\t回调\tString256\tY\t\nurl\turl\t\t\t",
        ),
        (
            "a page",
            "notify_url\t回调 url\tString256\tY\t",
            "notify_\t回调\tString256\tY\t\n\n- 7 -\n\nurl\turl\t\t\t",
        ),
        (
            "a line break",
            "id_no\t证件号码\tString32",
            "id_no\t证件\n号码\tString32",
        ),
        (
            "a name's line break",
            "notify_url\t回调",
            "notify_\nurl\t回调",
        ),
        (
            "a type",
            "count\t件数\tUint32\tY",
            "count\t件数\tUin\tY\t\n\t\tt32\t",
        ),
        ("a list", "1: 现金 2: 医保", "1: 现金\n\t\t\t\t2: 医保"),
        (
            "a line break within a remark",
            "1: 现金 2: 医保",
            "1: 现金\n2: 医保",
        ),
    ] {
        let import = imported(&edited(find, replace));
        assert!(import.is_covered() && import.is_complete(), "{what}");
        assert_eq!(import.notes, [], "{what}");
    }
    let text = edited(
        "body\t商品描述",
        "patient_na\t患者\tString32\tY\t\nme\t\t\t\t\nbody\t商品描述",
    );
    let import = imported(&text);
    assert_eq!(
        changes(&import),
        ["request-field-added-required pay request patient_name:  -> String32"]
    );
    assert_eq!(import.notes.len(), 1);
    assert_eq!(import.notes[0].line as usize, line_of(&text, "patient_na"));
}

#[test]
fn the_json_is_one_object_per_line() {
    let import = imported(&edited(
        "order_no\t订单号\tString64",
        "order_no\t订单号\tString32",
    ));
    let json = report::json(&import);
    let objects: Vec<serde_json::Value> = json
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(objects[0]["rule"], "request-max-length-lowered");
    let place = objects[0]["where"].as_str().unwrap();
    let line = format!("line {} of the document", line_of(TEXT, "order_no"));
    assert!(place.ends_with(&line), "{place}");
    let rows = &objects[1];
    let counts = ["found", "matched", "explained", "unexplained"].map(|key| rows[key].as_u64());
    assert_eq!(counts, [57, 48, 8, 1].map(Some));
}
