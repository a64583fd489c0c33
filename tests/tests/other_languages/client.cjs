// A hospital that knows nothing of this project: signatures and XML are those of the npm package
// wechatpay-axios-plugin. It places an order, has it paid, verifies and answers the notification,
// asks, refunds and asks again. Argument: the merchant of the sandbox as JSON. Result: JSON.
"use strict";
const http = require("node:http");
const { once } = require("node:events");
const { Hash, Formatter, Transformer } = require("wechatpay-axios-plugin");

const hospital = JSON.parse(process.argv[2]);
const { origin, key } = hospital;

function signed(fields) {
  const all = { ...fields, nonce_str: Formatter.nonce() };
  all.sign = Hash.sign(Hash.ALGO_MD5, all, key);
  return Transformer.toXml(all);
}

function verified(xml) {
  const fields = Transformer.toObject(xml);
  const { sign, ...rest } = fields;
  if (!sign || !Hash.equals(Hash.sign(Hash.ALGO_MD5, rest, key), sign)) { throw new Error(`wrong signature: ${xml}`); }
  return fields;
}

const ids = { appid: hospital.appid, mch_id: hospital.mch_id, sub_appid: hospital.sub_appid, sub_mch_id: hospital.sub_mch_id };

async function call(name, token, fields) {
  const url = `${origin}/payinsurance/${name}?access_token=${token}`;
  const reply = await fetch(url, { method: "POST", body: signed({ ...ids, ...fields }) });
  return verified(await reply.text());
}

async function main() {
  const query = new URLSearchParams({
    grant_type: "client_credential", agentappid: ids.appid, appid: ids.sub_appid, agentsecret: hospital.app_secret,
  });
  // The reply of gettoken is not signed.
  const { access_token: token } = Transformer.toObject(await (await fetch(`${origin}/payinsurance/gettoken?${query}`)).text());

  const notifications = [];
  const server = http.createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) { body += chunk; }
    notifications.push(verified(body));
    response.end(signed({ return_code: "SUCCESS", result_code: "SUCCESS" }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const own = `http://127.0.0.1:${server.address().port}`;

  const number = "NODE1";
  const placed = await call("unifiedorder", token, {
    order_type: "RegPay", sub_openid: hospital.openid, hosp_out_trade_no: number, hospital_name: "某某医院 & <门诊>",
    total_fee: 7750, cash_fee: 3333, insurance_fee: 4417, pay_type: 3, allow_fee_change: 0,
    spbill_create_ip: "10.193.0.1", notify_url: `${own}/notify`, return_url: `${own}/return`, body: "挂号费",
    user_card_type: 1, user_card_no: hospital.id_digest, user_name: hospital.patient,
    serial_no: "SN1", bill_no: "BN1", org_no: "440100001", gmt_out_create: "20261129120000",
    request_content: JSON.stringify({ session_id: "2f20f7ae", aae011: "sys", bka015: "管理员", bka001: "1", bka964: "GZ" }),
  });
  const pay = await fetch(`${origin}/sandbox/pay`, {
    method: "POST", headers: { "content-type": "application/json" },
    body: JSON.stringify({ hosp_out_trade_no: number, act: "pay" }),
  });
  const deadline = Date.now() + 20000;
  while (notifications.length === 0 && Date.now() < deadline) { await new Promise(resolve => setTimeout(resolve, 20)); }
  const paid = await call("queryorder", token, { hosp_out_trade_no: number });
  const refunded = await call("refund", token, {
    hosp_out_trade_no: number, hosp_out_refund_no: `R${number}`, cancel_serial_no: "SN1", cancel_bill_no: "BN1",
    request_content: JSON.stringify({ session_id: "2f20f7ae", paytype: "RegPay", aae011: "sys", bka015: "管理员", bka001: "1", bka964: "GZ" }),
  });
  server.close();
  console.log(JSON.stringify({ placed, pay: pay.status, notifications, paid, refunded }));
}

main().catch(error => { console.error(error); process.exit(1); });
