# 1. The access token.
TOKEN=$(curl -s '@origin@/payinsurance/gettoken?grant_type=client_credential&agentappid=@appid@&appid=@sub_appid@&agentsecret=@app_secret@' | sed 's/.*<access_token>\(<!\[CDATA\[\)\{0,1\}\([^]<]*\).*/\2/')@provider
TOKEN=$(curl -s '@origin@/cgi-bin/token?grant_type=client_credential&appid=@appid@&secret=@app_secret@' | sed 's/.*"access_token":"\([^"]*\)".*/\1/')@independent

# 2. The fields, a line each. The order of the signature is the order of their bytes.
NUMBER="T$(date +%y%m%d%H%M%S)$RANDOM"
FIELDS=$(LC_ALL=C sort <<END
allow_fee_change=0
appid=@appid@
bill_no=B$NUMBER
body=挂号费
cash_fee=3333
gmt_out_create=$(date +%Y%m%d%H%M%S)
hosp_out_trade_no=$NUMBER
hospital_name=@name@
insurance_fee=4417
mch_id=@mch_id@
nonce_str=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
notify_url=http://127.0.0.1:9000/notify
openid=oSandboxPatientOfTheHospital@independent
order_type=RegPay
org_no=440100001
pay_type=3
request_content={"session_id":"2f20f7ae","aae011":"sys","bka015":"admin","bka001":"1","bka964":"GZ"}
return_url=http://127.0.0.1:9000/return
serial_no=S$NUMBER
spbill_create_ip=10.193.0.1
sub_appid=@sub_appid@@provider
sub_mch_id=@sub_mch_id@@provider
sub_openid=oSandboxPatientOfTheProvider@provider
total_fee=7750
user_card_no=09eb26e839ff3a2e3980352ae45ef09e
user_card_type=1
user_name=张三
END
)

# 3. The signature: name=value&…&key=…, MD5, upper case.
SIGN=$(printf '%s&key=@key@' "$(echo "$FIELDS" | paste -sd '&' -)" | md5sum | cut -c1-32 | tr a-f A-F)

# 4. The order. The reply says where the patient pays: pay_url.
{ echo '<xml>'; echo "$FIELDS" | sed 's/^\([^=]*\)=\(.*\)$/<\1><![CDATA[\2]]><\/\1>/'; echo "<sign>$SIGN</sign></xml>"; } |
  curl -s --data-binary @- "@origin@/payinsurance/unifiedorder?access_token=$TOKEN"
