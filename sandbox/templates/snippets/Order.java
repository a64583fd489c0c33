import java.net.URI;
import java.net.http.*;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.*;
import java.util.regex.*;

public class Order {
    static final String ORIGIN = "@origin@", KEY = "@key@";
    static final HttpClient HTTP = HttpClient.newHttpClient();

    static String sign(TreeMap<String, String> fields) throws Exception {
        StringBuilder text = new StringBuilder();
        fields.forEach((name, value) -> { if (!value.isEmpty() && !name.equals("sign")) text.append(name).append('=').append(value).append('&'); });
        byte[] digest = MessageDigest.getInstance("MD5").digest((text + "key=" + KEY).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().withUpperCase().formatHex(digest);
    }

    static String get(String address) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(URI.create(ORIGIN + address)).build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    static String field(String text, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        if (!found.find()) throw new IllegalStateException(text);
        return found.group(1);
    }

    public static void main(String[] arguments) throws Exception {
        String token = field(get("/payinsurance/gettoken?grant_type=client_credential&agentappid=@appid@&appid=@sub_appid@&agentsecret=@app_secret@"), "<access_token>(?:<!\\[CDATA\\[)?([^\\]<]+)");@provider
        String token = field(get("/cgi-bin/token?grant_type=client_credential&appid=@appid@&secret=@app_secret@"), "\"access_token\":\"([^\"]+)\"");@independent
        String number = "T" + System.nanoTime();
        TreeMap<String, String> order = new TreeMap<>(Map.ofEntries(
            Map.entry("appid", "@appid@"), Map.entry("mch_id", "@mch_id@"),
            Map.entry("sub_appid", "@sub_appid@"), Map.entry("sub_mch_id", "@sub_mch_id@"), Map.entry("sub_openid", "oSandboxPatientOfTheProvider"),@provider
            Map.entry("openid", "oSandboxPatientOfTheHospital"),@independent
            Map.entry("order_type", "RegPay"), Map.entry("hosp_out_trade_no", number), Map.entry("hospital_name", "@name@"),
            Map.entry("total_fee", "7750"), Map.entry("cash_fee", "3333"), Map.entry("insurance_fee", "4417"),
            Map.entry("pay_type", "3"), Map.entry("allow_fee_change", "0"), Map.entry("spbill_create_ip", "10.193.0.1"),
            Map.entry("notify_url", "http://127.0.0.1:9000/notify"), Map.entry("return_url", "http://127.0.0.1:9000/return"),
            Map.entry("body", "挂号费"), Map.entry("user_card_type", "1"), Map.entry("user_card_no", "09eb26e839ff3a2e3980352ae45ef09e"),
            Map.entry("user_name", "张三"), Map.entry("serial_no", "S" + number), Map.entry("bill_no", "B" + number), Map.entry("org_no", "440100001"),
            Map.entry("gmt_out_create", java.time.LocalDateTime.now().format(java.time.format.DateTimeFormatter.ofPattern("yyyyMMddHHmmss"))),
            Map.entry("request_content", "{\"session_id\":\"2f20f7ae\",\"aae011\":\"sys\",\"bka015\":\"admin\",\"bka001\":\"1\",\"bka964\":\"GZ\"}"),
            Map.entry("nonce_str", UUID.randomUUID().toString().replace("-", ""))));
        order.put("sign", sign(order));
        StringBuilder body = new StringBuilder("<xml>");
        order.forEach((name, value) -> body.append('<').append(name).append("><![CDATA[").append(value).append("]]></").append(name).append('>'));
        HttpRequest request = HttpRequest.newBuilder(URI.create(ORIGIN + "/payinsurance/unifiedorder?access_token=" + token))
            .POST(HttpRequest.BodyPublishers.ofString(body + "</xml>")).build();
        System.out.println(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
}
