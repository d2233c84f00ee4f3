package offhook.interop.peer;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words between {@code @} in our SIPp scenarios, each standing for what would be the same in every one of them:
 *
 * <table>
 * <caption>Words</caption>
 * <tr><td>{@code @invited@}</td><td>called: waits for the INVITE and remembers who called</td></tr>
 * <tr><td>{@code @invite@}</td><td>caller: request line and headers of the first INVITE</td></tr>
 * <tr><td>{@code @first-response@}, {@code @response@}</td><td>the headers of a response to the last request, without
 *     and within a dialog</td></tr>
 * <tr><td>{@code @answer-to-register@}</td><td>the headers of a response to a REGISTER</td></tr>
 * <tr><td>{@code @request METHOD CSEQ@}</td><td>request line and headers within the dialog</td></tr>
 * <tr><td>{@code @reinvite CSEQ WORD..@}</td><td>a whole re-INVITE: see {@link #reinvite}</td></tr>
 * <tr><td>{@code @invite-response@}</td><td>called: the headers of a response to the INVITE, whatever came since</td></tr>
 * <tr><td>{@code @sdp WORD..@}</td><td>a body of SDP: see {@link #sdp}</td></tr>
 * <tr><td>{@code @empty@}</td><td>no body</td></tr>
 * <tr><td>{@code @mark NAME TEXT..@}</td><td>tells the test that this point is reached, and waits for its word</td></tr>
 * <tr><td>{@code @tell NAME TEXT..@}</td><td>tells the test, and does not wait</td></tr>
 * <tr><td>{@code @ended@}, {@code @end CSEQ@}</td><td>waits for BYE and answers it; says BYE</td></tr>
 * </table>
 */
enum SippWords {
    CALLED("From:[$local];tag=[pid]s[call_number]"),
    CALLER("From: \"SIPp\" <sip:sipp@[local_ip]:[local_port]>;tag=[pid]c[call_number]");

    private static final Pattern WORD = Pattern.compile("@([a-z-]+)((?: [^@\\n]*)?)@");

    /** On a busy machine a 200 may go twice, and its second ACK, when a proxy has touched it, is not known for what it is. */
    private static final String SECOND_ACK = "<recv request=\"ACK\" optional=\"true\"/>";

    private final String from;

    SippWords(String from) {
        this.from = from;
    }

    String expand(String scenario) {
        String expanded = WORD.matcher(scenario).replaceAll(word -> {
            List<String> more = Arrays.stream(word.group(2).trim().split(" +")).toList();
            return Matcher.quoteReplacement(meaning(word.group(1), more).strip());
        });
        return expanded.equals(scenario) ? scenario : expand(expanded);
    }

    private String meaning(String word, List<String> more) {
        return switch (word) {
            case "invited" -> """
                <recv request="INVITE" rrs="true"><action>
                  <ereg regexp=".*" search_in="hdr" header="From:" assign_to="remote"/>
                  <ereg regexp=".*" search_in="hdr" header="To:" assign_to="local"/>
                  <ereg regexp=".*" search_in="hdr" header="Via:" assign_to="invitevia"/>
                  <ereg regexp=".*" search_in="hdr" header="CSeq:" assign_to="invitecseq"/>
                </action></recv>
                <Reference variables="remote,local,invitevia,invitecseq"/>""";
            case "invite" -> """
                INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
                Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
                From: "SIPp" <sip:sipp@[local_ip]:[local_port]>;tag=[pid]c[call_number]
                To: <sip:[service]@[remote_ip]:[remote_port]>
                Call-ID: [call_id]
                CSeq: 1 INVITE
                Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>
                Max-Forwards: 70""";
            case "first-response" -> """
                [last_Via:]
                [last_From:]
                [last_To:];tag=[pid]s[call_number]
                [last_Call-ID:]
                [last_CSeq:]
                [last_Record-Route:]
                Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>""";
            case "answer-to-register" -> """
                [last_Via:]
                [last_From:]
                [last_To:];tag=[pid]r[call_number]
                [last_Call-ID:]
                [last_CSeq:]""";
            case "invite-response" -> """
                Via:[$invitevia]
                From:[$remote]
                To:[$local];tag=[pid]s[call_number]
                [last_Call-ID:]
                CSeq:[$invitecseq]
                Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>""";
            case "response" -> """
                [last_Via:]
                [last_From:]
                [last_To:]
                [last_Call-ID:]
                [last_CSeq:]
                Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>""";
            case "established" -> """
                <recv response="200" rrs="true"><action>
                  <ereg regexp=".*" search_in="hdr" header="To:" assign_to="remote"/>
                </action></recv>
                <Reference variables="remote"/>""";
            case "request" -> """
                %s [next_url] SIP/2.0
                Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]-%s
                [routes]
                %s
                To:[$remote]
                Call-ID: [call_id]
                CSeq: %2$s %1$s
                Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>
                Max-Forwards: 70""".formatted(more.get(0), more.get(1), from);
            case "empty" -> "Content-Length: 0\n";
            case "sdp" -> sdp(more);
            case "mark" -> tell(more) + "\n" + SECOND_ACK + "\n<recv request=\"GO\"/>";
            case "tell" -> tell(more);
            case "reinvite" -> reinvite(more);
            case "ended" -> SECOND_ACK + """

                <recv request="BYE"/>
                <send><![CDATA[
                SIP/2.0 200 OK
                @response@
                @empty@

                ]]></send>""";
            case "end" -> """
                <send retrans="2000"><![CDATA[
                @request BYE %s@
                @empty@

                ]]></send>
                <recv response="200"/>""".formatted(more.getFirst());
            default -> throw new AssertionError("no word @" + word + "@ in SIPp's scenarios");
        };
    }

    /** A re-INVITE up to its ACK. Words: its CSeq (the description's version as well), {@code gets-} with the direction of the answer, and those of SDP. */
    private static String reinvite(List<String> words) {
        String sequence = words.getFirst();
        String direction = words.stream()
                .filter(word -> word.startsWith("gets-"))
                .map(word -> word.substring("gets-".length()))
                .findFirst()
                .orElse("sendrecv");
        return """
                <send retrans="2000"><![CDATA[
                @request INVITE %s@
                @sdp %s@

                ]]></send>
                <recv response="100" optional="true"/>
                <recv response="200"><action>
                  <ereg regexp="a=%s" search_in="body" check_it="true" assign_to="direction"/>
                </action></recv>
                <Reference variables="direction"/>
                <send><![CDATA[
                @request ACK %1$s@
                @empty@

                ]]></send>""".formatted(sequence, String.join(" ", words), direction);
    }

    private static String tell(List<String> words) {
        return "<nop><action><log message=\"mark %s [call_id] %s\"/></action></nop>"
                .formatted(words.getFirst(), String.join(" ", words.subList(1, words.size())));
    }

    /**
     * One audio section, towards {@link RtpEcho}. Words in any order: {@code PCMA} instead of PCMU, {@code moved} for
     * its second port, a direction, {@code unspecified} for the address 0.0.0.0, {@code without-events} for no telephone-event, and a number, the version of the
     * description.
     */
    private static String sdp(List<String> words) {
        boolean pcma = words.contains("PCMA");
        boolean events = !words.contains("without-events");
        String version =
                words.stream().filter(word -> word.matches("\\d+")).findFirst().orElse("1");
        String direction = words.stream()
                .filter(List.of("sendonly", "recvonly", "inactive")::contains)
                .findFirst()
                .orElse("sendrecv");
        return """
                Content-Type: application/sdp
                Content-Length: [len]

                v=0
                o=sipp 1 %s IN IP[media_ip_type] [media_ip]
                s=-
                c=IN IP[media_ip_type] %s
                t=0 0
                m=audio [%s] RTP/AVP %d%s
                a=rtpmap:%4$d %s/8000
                %sa=ptime:20
                a=%s
                """.formatted(
                        version,
                        words.contains("unspecified") ? "0.0.0.0" : "[media_ip]",
                        words.contains("moved") ? "moved" : "echo",
                        pcma ? 8 : 0,
                        events ? " 101" : "",
                        pcma ? "PCMA" : "PCMU",
                        events ? "a=rtpmap:101 telephone-event/8000\na=fmtp:101 0-15\n" : "",
                        direction);
    }
}
