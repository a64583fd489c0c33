import hashlib, json, secrets, time, urllib.request, xml.etree.ElementTree as ET

ORIGIN, KEY = "@origin@", "@key@"

def sign(fields):
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields) if fields[name] != "" and name != "sign")
    return hashlib.md5(f"{text}&key={KEY}".encode()).hexdigest().upper()

def call(path, fields):
    fields = {**fields, "nonce_str": secrets.token_hex(16)}
    root = ET.Element("xml")
    for name, value in {**fields, "sign": sign(fields)}.items():
        ET.SubElement(root, name).text = str(value)
    with urllib.request.urlopen(f"{ORIGIN}{path}?access_token={token}", ET.tostring(root, "utf-8")) as reply:
        return {field.tag: field.text or "" for field in ET.fromstring(reply.read())}

with urllib.request.urlopen(f"{ORIGIN}/payinsurance/gettoken?grant_type=client_credential&agentappid=@appid@&appid=@sub_appid@&agentsecret=@app_secret@") as reply:@provider
    token = ET.fromstring(reply.read()).findtext("access_token")@provider
with urllib.request.urlopen(f"{ORIGIN}/cgi-bin/token?grant_type=client_credential&appid=@appid@&secret=@app_secret@") as reply:@independent
    token = json.load(reply)["access_token"]@independent

number = f"T{time.time_ns() // 1000}"
placed = call("/payinsurance/unifiedorder", {
    "appid": "@appid@", "mch_id": "@mch_id@",
    "sub_appid": "@sub_appid@", "sub_mch_id": "@sub_mch_id@", "sub_openid": "oSandboxPatientOfTheProvider",@provider
    "openid": "oSandboxPatientOfTheHospital",@independent
    "order_type": "RegPay", "hosp_out_trade_no": number, "hospital_name": "@name@",
    "total_fee": 7750, "cash_fee": 3333, "insurance_fee": 4417, "pay_type": 3, "allow_fee_change": 0,
    "spbill_create_ip": "10.193.0.1", "notify_url": "http://127.0.0.1:9000/notify",
    "return_url": "http://127.0.0.1:9000/return", "body": "挂号费",
    "user_card_type": 1, "user_card_no": "09eb26e839ff3a2e3980352ae45ef09e", "user_name": "张三",
    "serial_no": f"S{number}", "bill_no": f"B{number}", "org_no": "440100001",
    "gmt_out_create": time.strftime("%Y%m%d%H%M%S"),
    "request_content": json.dumps({"session_id": "2f20f7ae", "aae011": "sys", "bka015": "admin", "bka001": "1", "bka964": "GZ"}),
})
assert placed.get("result_code") == "SUCCESS", placed
assert placed["sign"] == sign(placed), "the reply is not genuine"
print(placed["pay_url"])
