import { createHash, randomBytes } from "node:crypto";

const origin = "@origin@", key = "@key@";
const sign = fields => {
  const names = Object.keys(fields).filter(name => name !== "sign" && fields[name] !== "").sort();
  const text = names.map(name => `${name}=${fields[name]}`).join("&") + `&key=${key}`;
  return createHash("md5").update(text, "utf8").digest("hex").toUpperCase();
};
// Flat XML: each element is a field, in CDATA or escaped.
const unescape = text => text.replace(/^<!\[CDATA\[([\s\S]*)\]\]>$/, "$1")
  .replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&amp;/g, "&");
const read = xml => Object.fromEntries([...xml.matchAll(/<(\w+)>([\s\S]*?)<\/\1>/g)]
  .filter(([, name]) => name !== "xml").map(([, name, text]) => [name, unescape(text)]));
const fieldsOf = xml => read(xml.replace(/^[\s\S]*?<xml>|<\/xml>\s*$/g, ""));

const token = fieldsOf(await (await fetch(`${origin}/payinsurance/gettoken?grant_type=client_credential&agentappid=@appid@&appid=@sub_appid@&agentsecret=@app_secret@`)).text()).access_token;@provider
const token = (await (await fetch(`${origin}/cgi-bin/token?grant_type=client_credential&appid=@appid@&secret=@app_secret@`)).json()).access_token;@independent

const number = `T${Date.now()}${process.hrtime.bigint() % 1000n}`;
const order = {
  appid: "@appid@", mch_id: "@mch_id@",
  sub_appid: "@sub_appid@", sub_mch_id: "@sub_mch_id@", sub_openid: "oSandboxPatientOfTheProvider",@provider
  openid: "oSandboxPatientOfTheHospital",@independent
  order_type: "RegPay", hosp_out_trade_no: number, hospital_name: "@name@",
  total_fee: "7750", cash_fee: "3333", insurance_fee: "4417", pay_type: "3", allow_fee_change: "0",
  spbill_create_ip: "10.193.0.1", notify_url: "http://127.0.0.1:9000/notify",
  return_url: "http://127.0.0.1:9000/return", body: "挂号费",
  user_card_type: "1", user_card_no: "09eb26e839ff3a2e3980352ae45ef09e", user_name: "张三",
  serial_no: `S${number}`, bill_no: `B${number}`, org_no: "440100001",
  gmt_out_create: new Date(Date.now() + 8 * 3600e3).toISOString().replace(/\D/g, "").slice(0, 14),
  request_content: JSON.stringify({ session_id: "2f20f7ae", aae011: "sys", bka015: "admin", bka001: "1", bka964: "GZ" }),
  nonce_str: randomBytes(16).toString("hex"),
};
order.sign = sign(order);
const body = "<xml>" + Object.entries(order).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`).join("") + "</xml>";
const reply = await fetch(`${origin}/payinsurance/unifiedorder?access_token=${token}`, { method: "POST", body });
const placed = fieldsOf(await reply.text());
if (placed.result_code !== "SUCCESS" || placed.sign !== sign(placed)) throw new Error(JSON.stringify(placed));
console.log(placed.pay_url);
