//! Reading a bill: `cargo bench -p conformance --bench bill -- --json`.
//!
//! A bill of 55 columns and 200,000 rows in memory, in the form of the document's sample, is read into the typed row of the crate, each row
//! summed up and dropped. Beside it: the csv crate with the very same typed fill; csv and serde into `String`s and `f64`s, as one would
//! write it; and a bare copy of the bytes, which no reader is below. Ratios are of rates: ours, times theirs.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run must stop")]

use std::hint::black_box;
use std::io::{self, Read};
use std::time::{Duration, Instant};

use conformance::bench::{Rows, processor_time};
use payinsurance::bill::{ALL_COLUMNS, Bill, Row};
use serde::Deserialize;
use signed_xml::bill::Header;

const ROWS: usize = 200_000;
/// Each candidate reads the bill so often; the fastest time counts.
const TURNS: usize = 7;

fn main() {
    let rows = Rows::from_args();
    let bill = bill(ROWS);
    let expected = ours(&bill);
    assert_eq!(csv_typed(&bill), expected, "both read the same amounts");
    assert_eq!(csv_serde(&bill), ROWS);
    let mut best = [Duration::MAX; 4];
    let mut copy = vec![0; bill.len()];
    for _ in 0..TURNS {
        time(&mut best[0], || ours(&bill));
        time(&mut best[1], || csv_typed(&bill));
        time(&mut best[2], || csv_serde(&bill));
        time(&mut best[3], || copy.copy_from_slice(black_box(&bill)));
        black_box(&copy);
    }
    let rate = |time: Duration| bill.len() as f64 / time.as_secs_f64() / 1e9;
    let [ours, typed, serde, memcpy] = best.map(rate);
    rows.row(
        "bill: typed rows, times csv with the same typed fill",
        ours,
        "GB/s",
        typed,
    );
    rows.row(
        "bill: typed rows, times csv + serde into String and f64",
        ours,
        "GB/s",
        serde,
    );
    rows.row("bill: typed rows, share of memcpy", ours, "GB/s", memcpy);
    memory(&rows);
}

/// Peak memory of reading a bill, and of one ten times as long: both come from a generator, row by row.
fn memory(rows: &Rows) {
    let peak = |count| {
        let measured = allocation_counter::measure(|| {
            let rows = Bill::new(Endless::new(count)).unwrap();
            assert_eq!(rows.into_totals().unwrap().payments, count as u64);
        });
        measured.bytes_max as f64
    };
    let (short, long) = (peak(ROWS / 10), peak(ROWS));
    rows.row(
        "bill: peak memory, times that of a bill of a tenth of the rows",
        long,
        "bytes",
        short,
    );
}

fn time<T>(best: &mut Duration, work: impl FnOnce() -> T) {
    let begun = Instant::now();
    let before = processor_time(begun);
    black_box(work());
    *best = (*best).min(processor_time(begun) - before);
}

fn ours(bill: &[u8]) -> u64 {
    let mut reader = Bill::new(bill).unwrap();
    while let Some(row) = reader.next_row() {
        black_box(&row.unwrap());
    }
    reader.totals().paid.total().0
}

/// The csv crate in the place of the reader; what makes a typed row of its fields is the same.
fn csv_typed(bill: &[u8]) -> u64 {
    let mut reader = csv::ReaderBuilder::new().quote(b'`').from_reader(bill);
    let header = Header::new::<Row>(reader.headers().unwrap()).unwrap();
    let mut totals = payinsurance::bill::Totals::default();
    let (mut record, mut spans) = (csv::StringRecord::new(), Vec::new());
    while reader.read_record(&mut record).unwrap() {
        spans.clear();
        spans.extend((0..record.len()).map(|i| {
            let span = record.range(i).unwrap();
            (span.start as u32, span.end as u32)
        }));
        let row = header.row::<Row>(2, record.as_slice(), &spans).unwrap();
        totals.add(&row);
        black_box(&row);
    }
    totals.paid.total().0
}

/// What one would write: amounts as `f64`, everything else as `String`.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only reading is measured")]
struct Peer {
    #[serde(rename = "交易时间")]
    trade_time: String,
    #[serde(rename = "公众账号ID")]
    appid: String,
    #[serde(rename = "商户号")]
    mch_id: String,
    #[serde(rename = "子商户号")]
    sub_mch_id: String,
    #[serde(rename = "设备号")]
    wxpay_device_info: String,
    #[serde(rename = "微信订单号")]
    wxpay_transaction_id: String,
    #[serde(rename = "商户订单号")]
    wxpay_out_trade_no: String,
    #[serde(rename = "用户标识")]
    openid: String,
    #[serde(rename = "交易类型")]
    wxpay_trade_type: String,
    #[serde(rename = "交易状态")]
    wxpay_trade_state: String,
    #[serde(rename = "付款银行")]
    wxpay_bank_type: String,
    #[serde(rename = "货币种类")]
    wxpay_fee_type: String,
    #[serde(rename = "总金额")]
    wxpay_total_fee: Option<f64>,
    #[serde(rename = "代金券或立减优惠金额")]
    wxpay_coupon_fee: Option<f64>,
    #[serde(rename = "微信退款单号")]
    wxpay_refund_id: String,
    #[serde(rename = "商户退款单号")]
    wxpay_out_refund_no: String,
    #[serde(rename = "退款金额")]
    wxpay_refund_fee: Option<f64>,
    #[serde(rename = "代金券或立减优惠退款金额")]
    wxpay_coupon_refund_fee: Option<f64>,
    #[serde(rename = "退款类型")]
    wxpay_refund_type: String,
    #[serde(rename = "退款状态")]
    wxpay_refund_status: String,
    #[serde(rename = "商品名称")]
    wxpay_body: String,
    #[serde(rename = "商户数据包")]
    wxpay_attach: String,
    #[serde(rename = "手续费")]
    wxpay_service_fee: Option<f64>,
    #[serde(rename = "费率")]
    wxpay_rate: String,
    #[serde(rename = "医保支付流水")]
    insurance_pay_no: String,
    #[serde(rename = "医院订单号")]
    insurance_hosp_order_no: String,
    #[serde(rename = "医保业务流水号")]
    serial_no: String,
    #[serde(rename = "医保业务单据号")]
    bill_no: String,
    #[serde(rename = "医疗机构退款流水号")]
    insurance_hosp_refund_no: String,
    #[serde(rename = "医保撤销流水号")]
    cancel_serial_no: String,
    #[serde(rename = "医保撤销单据号")]
    cancel_bill_no: String,
    #[serde(rename = "医疗机构编码")]
    org_no: String,
    #[serde(rename = "医保外部交易支付结算成功时间")]
    insurance_settled_time: String,
    #[serde(rename = "医保支付资金")]
    insurance_paid_fee: Option<f64>,
    #[serde(rename = "医保自费资金")]
    insurance_cash_fee: Option<f64>,
    #[serde(rename = "医保总交易金额")]
    insurance_total_fee: Option<f64>,
    #[serde(rename = "撤销金额")]
    cancelled_fee: Option<f64>,
    #[serde(rename = "医保外部撤销成功时间")]
    insurance_cancelled_time: String,
    #[serde(rename = "医院名称")]
    hospital_name: String,
    #[serde(rename = "订单支付类型")]
    order_type: String,
    #[serde(rename = "是否允许预结算费用发生变化")]
    allow_fee_change: String,
    #[serde(rename = "订单支付方式")]
    pay_type: String,
    #[serde(rename = "订单号")]
    hosp_out_trade_no: String,
    #[serde(rename = "退款订单号")]
    hosp_out_refund_no: String,
    #[serde(rename = "订单下单时间")]
    order_time: String,
    #[serde(rename = "订单状态")]
    med_trade_state: String,
    #[serde(rename = "订单自费金额")]
    cash_fee: Option<f64>,
    #[serde(rename = "订单医保金额")]
    insurance_fee: Option<f64>,
    #[serde(rename = "订单总金额")]
    total_fee: Option<f64>,
    #[serde(rename = "微信医保支付总单号")]
    med_trans_id: String,
    #[serde(rename = "微信医保支付退款总单号")]
    med_refund_id: String,
    #[serde(rename = "是否已进行医保对账")]
    reconciled: String,
    #[serde(rename = "医保个账金额")]
    insurance_self_fee: Option<f64>,
    #[serde(rename = "医保统筹金额")]
    insurance_fund_fee: Option<f64>,
    #[serde(rename = "医保其他金额")]
    insurance_other_fee: Option<f64>,
}

fn csv_serde(bill: &[u8]) -> usize {
    let mut reader = csv::ReaderBuilder::new().quote(b'`').from_reader(bill);
    let rows = reader.deserialize().map(|row: Result<Peer, csv::Error>| {
        black_box(&row.unwrap());
    });
    rows.count()
}

/// The lines of a bill, made as they are read.
struct Endless {
    left: usize,
    line: Vec<u8>,
    at: usize,
}

impl Endless {
    fn new(rows: usize) -> Self {
        Self {
            left: rows,
            line: header(),
            at: 0,
        }
    }
}

impl Read for Endless {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.line.len() {
            if self.left == 0 {
                return Ok(0);
            }
            self.left -= 1;
            self.line.clear();
            row(self.left, &mut self.line);
            self.at = 0;
        }
        let count = (&self.line[self.at..]).read(out)?;
        self.at += count;
        Ok(count)
    }
}

fn bill(rows: usize) -> Vec<u8> {
    let mut bill = header();
    for number in 0..rows {
        row(number, &mut bill);
    }
    bill
}

fn header() -> Vec<u8> {
    (ALL_COLUMNS.join(",") + "\n").into_bytes()
}

/// A payment in the manner of the document's sample.
fn row(number: usize, out: &mut Vec<u8>) {
    let fen = 100 + number % 90_000;
    let yuan = |fen: usize| format!("{}.{:02}", fen / 100, fen % 100);
    for (at, column) in ALL_COLUMNS.iter().enumerate() {
        let value = match *column {
            "交易时间" | "医保外部交易支付结算成功时间" | "订单下单时间" => {
                format!(
                    "2026-07-01 {:02}:{:02}:{:02}",
                    number / 3_600 % 24,
                    number / 60 % 60,
                    number % 60
                )
            }
            "公众账号ID" => "wx2421b1c4370ec43b".to_owned(),
            "商户号" | "子商户号" => "10000100".to_owned(),
            "微信订单号" => format!("42000002082018120{number:011}"),
            "商户订单号" => format!("C181204{number:011}"),
            "用户标识" => format!("oUpF8uMuAJO{number:017}"),
            "交易类型" => "JSAPI".to_owned(),
            "交易状态" | "订单状态" => "SUCCESS".to_owned(),
            "付款银行" => "CMB_CREDIT".to_owned(),
            "货币种类" => "CNY".to_owned(),
            "总金额" | "订单自费金额" | "医保自费资金" => yuan(fen),
            "代金券或立减优惠金额" | "医保其他金额" => "0.00".to_owned(),
            "商品名称" => "门诊缴费 - 药品".to_owned(),
            "医院名称" => "某市第一人民医院".to_owned(),
            "商户数据包" => format!("CgoxMDAwMDEwMBIeQ{number:040}"),
            "手续费" => "0.10000".to_owned(),
            "费率" => "0.30%".to_owned(),
            "医保支付流水" => format!("1181204985{number:08}"),
            "医院订单号" | "医保业务流水号" | "医保业务单据号" | "订单号" => {
                format!("YD201812{number:08}")
            }
            "医疗机构编码" => "791".to_owned(),
            "医保支付资金" | "订单医保金额" | "医保统筹金额" => yuan(2 * fen),
            "医保总交易金额" | "订单总金额" => yuan(3 * fen),
            "医保个账金额" => "0.00".to_owned(),
            "订单支付类型" => "RegPay".to_owned(),
            "是否允许预结算费用发生变化" => "1".to_owned(),
            "订单支付方式" => "3".to_owned(),
            "微信医保支付总单号" => format!("M181204{number:011}"),
            "是否已进行医保对账" => "否".to_owned(),
            _ => String::new(),
        };
        out.extend_from_slice(if at == 0 { "`" } else { ",`" }.as_bytes());
        out.extend_from_slice(value.as_bytes());
        out.push(b'`');
    }
    out.push(b'\n');
}
