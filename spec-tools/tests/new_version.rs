//! "A new document version" of CONTRIBUTING.md, command by command, on a spec that is made up.
//!
//! The commands are taken from the page as they stand there. The document is `new_version/shop.txt` with the edits of a new version, one or
//! more for each step of the page: a heading in words that are not known, full-width digits, an excerpt, questions of every kind, a
//! departure that is an erratum, both languages, a change that breaks callers, the release. These are:
//!
//! ```sh
//! cargo codegen coverage new-document.txt
//! cargo codegen import new-document.txt
//! cargo codegen coverage excerpt.txt --partial 2,errors
//! cargo codegen import new-document.txt --apply
//! cargo codegen diff --changelog --against-crate generated/Cargo.toml
//! git tag v0.2.0
//! ```

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

#[path = "../../codegen/tests/golden/mod.rs"]
mod golden;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use golden::{CLEAN, folder, texts_of};
use signed_xml_codegen::load;
use signed_xml_codegen::model::Translation;

/// What the new version changes in the document.
const NEW: &[(&str, &str)] = &[
    // The vocabulary does not have this heading yet.
    (
        "类型\t是否必填\t备注\norder_no",
        "参数类型\t是否必填\t备注\norder_no",
    ),
    ("phone\t手机号\tString16", "phone\t手机号\tString２０"),
    (
        "pay_type\t支付方式",
        "gift_note\t赠言\tString64\tN\t\nchannel\t渠道\tString16\tY\t\npay_type\t支付方式",
    ),
    ("2: 刷卡", "2: 刷卡 3: 转账"),
    (
        "return_msg\t返回信息\tString128\tN",
        "return_msg\t返回信息\tString128\tY",
    ),
    (
        "交易时间,用户标识,总金额",
        "交易时间,用户标识,总金额,手续费",
    ),
    ("4 错误码列表", REFUND),
    (
        "101\t系统错误\t通用\n",
        "101\t系统错误\t通用\n102\t库存不足\t下单\n",
    ),
    ("V1.1\t2021.1\n", "V1.1\t2021.1\nV1.2\t2022.1\n"),
];

/// An interface that is new.
const REFUND: &str = "3.1 退款

https://shop.example/refund

1. 请求参数

字段名\t中文解释\t类型\t是否必填\t备注
order_no\t订单号\tString32\tY\t
reason\t退款原因\tString80\tN\t
sign\t签名\tString32\tY\t

2. 返回参数

字段名\t中文解释\t类型\t是否必填\t备注
return_code\t返回状态码\tString16\tY\tSUCCESS/FAIL
sign\t签名\tString32\tY\t

4 错误码列表";

/// What a person decides: file, what the import wrote, what stands there then; a text for nothing goes to the end. The rest of a row stays.
#[rustfmt::skip]
const DECISIONS: &[(&str, &str, &str)] = &[
    ("interfaces/order.toml", "line = 20, undecided = \"new row: write `doc`\"", "line = 20, doc = \"What the card says that goes with a gift.\""),
    ("interfaces/order.toml", "line = 21, undecided = \"new row: write `doc`\"", "line = 21, doc = \"Where the buyer came from.\""),
    ("interfaces/order.toml", "max = 128, required = true, doc = \"What was wrong.\"", "max = 128, required = true, demand = false, errata = [\"E2\"], doc = \"What was wrong.\""),
    ("errata.toml", "", "\n[[erratum]]\nid = \"E2\"\nsection = \"2\"\nprinted = \"`return_msg` is Y\"\nruling = \"it may be absent\"\nwhy = \"Good replies leave it out.\"\n"),
    ("interfaces/refund.toml", "undecided = \"a new interface: write `doc`, decide `method`, `auth`, `form` and what is signed\"", "doc = \"Takes an order back.\""),
    ("interfaces/refund.toml", "undecided = \"new row: write `doc`\"", "doc = \"What the buyer says.\""),
    ("interfaces/refund.toml", "[request]\nsigned = true", "[request]\nsigned = true\ndoc = \"Which order.\""),
    ("interfaces/refund.toml", "[response]\nsigned = true", "[response]\nsigned = true\ndoc = \"Whether it was taken back.\""),
    ("enums.toml", "name = \"Value3\"", "name = \"Transfer\""),
    ("enums.toml", "undecided = \"a new value: give it a name and a `doc`\"", "doc = \"From account to account.\""),
    ("errors.toml", "name = \"Code102\"", "name = \"OutOfStock\""),
    ("errors.toml", "effect = \"unknown\", since", "effect = \"refused\", since"),
    ("errors.toml", "undecided = \"a new error code: name, `effect` and `advice`\"", "advice = \"Tell the buyer; nothing was ordered.\""),
    ("bills.toml", "field = \"column_4\", type = \"text\"", "field = \"service_fee\", type = \"yuan\""),
    ("bills.toml", "undecided = \"a new column: `field`, `type` and `doc`\"", "doc = \"What the platform keeps.\""),
];

/// The commands under the heading, in order.
fn commands() -> Vec<String> {
    let page = folder("../../CONTRIBUTING.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once("\n### A new document version\n").unwrap();
    let section = rest.split("\n### ").next().unwrap();
    let blocks = section.split("```sh\n").skip(1);
    blocks
        .flat_map(|block| block.split("```").next().unwrap().lines())
        .map(str::to_owned)
        .collect()
}

fn run(root: &Path, command: &str) -> Output {
    if let Some(words) = command.strip_prefix("git ") {
        let words: Vec<&str> = words.split_whitespace().collect();
        git(root, &words);
        return Command::new("git").arg("--version").output().unwrap();
    }
    let words = command.strip_prefix("cargo codegen").unwrap();
    Command::new(env!("CARGO_BIN_EXE_codegen"))
        .current_dir(root)
        .args(words.split_whitespace())
        .output()
        .unwrap()
}

fn git(root: &Path, arguments: &[&str]) {
    let identity = [
        "user.name=Shop",
        "user.email=shop@example.com",
        "commit.gpgsign=false",
    ];
    let identity = identity.iter().flat_map(|setting| ["-c", setting]);
    let mut command = Command::new("git");
    let status = command
        .current_dir(root)
        .args(identity)
        .args(arguments)
        .status();
    assert!(status.unwrap().success(), "{arguments:?}");
}

/// A project with a released spec in two languages, a crate, and documents under the names that the page uses.
fn project() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let spec = root.path().join("spec");
    for (name, text) in texts_of(CLEAN) {
        let path = spec.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let english = load(&spec).map_err(|error| error.to_string()).unwrap();
    let texts = english.texts().into_iter().map(|text| text.value);
    let texts: BTreeSet<String> = texts.filter(|text| Translation::is_due(text)).collect();
    translate(root.path(), texts);
    edit(
        &spec.join("spec.toml"),
        "interfaces = [",
        "languages = [\"en\", \"zh\"]\ninterfaces = [",
    );
    std::fs::write(spec.join("approvals.toml"), "# None yet.\n").unwrap();
    git(root.path(), &["init", "--quiet"]);
    release(root.path(), "Released.");
    git(root.path(), &["tag", "v0.1.0"]);
    std::fs::create_dir(root.path().join("generated")).unwrap();
    write_crate(root.path(), "0.1.0");
    root
}

fn release(root: &Path, message: &str) {
    git(root, &["add", "spec"]);
    git(root, &["commit", "--quiet", "--message", message]);
}

fn write_crate(root: &Path, version: &str) {
    let manifest = format!("[package]\nname = \"shop\"\nversion = \"{version}\"\n");
    std::fs::write(root.join("generated/Cargo.toml"), manifest).unwrap();
}

/// Adds the Chinese of these texts; what stands in backticks is the same.
fn translate(root: &Path, texts: impl IntoIterator<Item = String>) {
    let path = root.join("spec/zh.toml");
    let mut dictionary = std::fs::read_to_string(&path).unwrap_or_default();
    for text in texts {
        let code = text.split('`').skip(1).step_by(2);
        let code: String = code.map(|code| format!("`{code}`")).collect();
        let key = toml_edit::Value::from(text);
        dictionary.push_str(&format!("{key} = \"译文{code}\"\n"));
    }
    std::fs::write(path, dictionary).unwrap();
}

/// One edit of a file, which must apply in one place; nothing to find appends.
fn edit(path: &Path, find: &str, replace: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    let edited = match find {
        "" => format!("{text}{replace}"),
        find => {
            assert_eq!(
                text.matches(find).count(),
                1,
                "{find} in {}",
                path.display()
            );
            text.replace(find, replace)
        }
    };
    std::fs::write(path, edited).unwrap();
}

/// The documents: as it is, or the new one and an excerpt of it.
fn write_documents(root: &Path, edits: &[(&str, &str)]) {
    let mut text = std::fs::read_to_string(folder("new_version/shop.txt")).unwrap();
    for (find, replace) in edits {
        assert_eq!(text.matches(find).count(), 1, "{find}");
        text = text.replace(find, replace);
    }
    let between = |from: &str, to: &str| {
        let (start, end) = (text.find(from).unwrap(), text.find(to).unwrap());
        &text[start..end]
    };
    let excerpt = [
        between("2 下单", "3 下载账单"),
        between("4 错误码列表", "5 版本"),
    ];
    std::fs::write(root.join("excerpt.txt"), excerpt.concat()).unwrap();
    std::fs::write(root.join("new-document.txt"), &text).unwrap();
}

/// Runs a command of the page; what it printed, which must have this text.
fn expect(root: &Path, command: &str, code: i32, text: &str) -> String {
    let output = run(root, command);
    let told = said(&output);
    assert_eq!(output.status.code(), Some(code), "{command}\n{told}");
    assert!(
        told.contains(text),
        "{command} does not say {text}:\n{told}"
    );
    told
}

/// The texts whose Chinese the lint asks for.
fn untranslated(told: &str) -> Vec<String> {
    let lines = told.lines().filter_map(|line| {
        let key = line.split_once("add its Chinese to `zh.toml`: ")?.1;
        let line: toml_edit::DocumentMut = key.replace(" = \"…\"", " = \"\"").parse().unwrap();
        line.iter().next().map(|(key, _)| key.to_owned())
    });
    lines.collect()
}

#[test]
fn the_walk_through_leads_from_a_new_document_to_a_release() {
    let root = project();
    let root = root.path();
    let spec = root.join("spec");
    let page = commands();
    let page: Vec<&str> = page.iter().map(String::as_str).collect();
    let [
        coverage,
        import,
        excerpt,
        apply,
        lint,
        generate,
        diff,
        changelog,
        tag,
    ] = page[..]
    else {
        panic!("the page shows other commands: {page:?}");
    };
    // The present version is covered.
    write_documents(root, &[]);
    expect(root, coverage, 0, "0 unexplained");
    // The new one has a heading in other words, which the vocabulary learns.
    write_documents(root, NEW);
    let told = expect(root, coverage, 1, "missing: every table of `request`");
    assert!(
        told.contains("unreadable: line 14: `字段名 | 中文解释 | 参数类型"),
        "{told}"
    );
    edit(
        &spec.join("vocabulary.toml"),
        "\"数据类型\"]",
        "\"数据类型\", \"参数类型\"]",
    );
    let told = expect(root, coverage, 1, "the required field `channel`");
    assert!(told.contains("`２` was read as `2`"), "{told}");
    let told = expect(root, import, 0, "the optional field `gift_note`");
    assert!(
        told.contains("refund request reason: new row: write `doc`"),
        "{told}"
    );
    // All of an excerpt is read; what it changes is still to be taken over.
    expect(
        root,
        excerpt,
        1,
        "errors                            2     3 codes",
    );
    let wrote = expect(root, apply, 0, "spec/interfaces/order.toml");
    assert!(wrote.contains("spec/interfaces/refund.toml"), "{wrote}");
    expect(
        root,
        lint,
        1,
        "field `gift_note` is undecided: new row: write `doc`",
    );
    for (file, find, replace) in DECISIONS {
        edit(&spec.join(file), find, replace);
    }
    let told = expect(root, lint, 1, "a text has no Chinese");
    translate(root, untranslated(&told));
    expect(root, lint, 0, "");
    expect(root, generate, 0, "generated/src/refund.rs");
    expect(root, coverage, 0, "0 unexplained");
    // A required field breaks callers, which a person approves.
    let told = expect(root, diff, 1, "request-field-added-required");
    let line = told
        .lines()
        .find(|line| line.contains("request-field-added-required"));
    let fingerprint = line.unwrap().rsplit(" · ").next().unwrap();
    let approval = format!(
        "[[approval]]\nfingerprint = \"{fingerprint}\"\nreason = \"The platform refuses orders without it.\"\n"
    );
    edit(&spec.join("approvals.toml"), "", &approval);
    expect(root, diff, 0, "advised version step: major");
    expect(root, changelog, 1, "channel");
    write_crate(root, "0.2.0");
    expect(root, changelog, 0, "channel");
    // The release is a tag, and the commit behind it empties the approvals.
    release(root, "Document 1.2.");
    expect(root, tag, 0, "");
    std::fs::write(spec.join("approvals.toml"), "# None yet.\n").unwrap();
    release(root, "Nothing is approved since 0.2.0.");
    expect(root, diff, 0, "");
    expect(root, "cargo codegen --check", 0, "");
}

/// What a command printed, on both ways.
fn said(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    format!("{out}{err}")
}
