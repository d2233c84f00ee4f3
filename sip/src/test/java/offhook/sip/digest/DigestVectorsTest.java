package offhook.sip.digest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The worked examples of the RFCs. */
class DigestVectorsTest {
    private static final byte[] NO_BODY = new byte[0];

    @Test
    void rfc2617Section35() {
        assertEquals(
                "6629fae49393a05397450978507c4ef1",
                DigestCalculation.response(
                        new Credentials("Mufasa", "Circle Of Life"),
                        new DigestCalculation.Inputs(
                                DigestAlgorithm.MD5,
                                "testrealm@host.com",
                                "dcd98b7102dd2f0e8b11d0f600bfb0c093",
                                "auth",
                                "00000001",
                                "0a4f113b",
                                "GET",
                                "/dir/index.html",
                                NO_BODY)));
    }

    /** The example of RFC 2069 2.4 with the sum that its errata give. */
    @Test
    void rfc2069WithoutQop() {
        assertEquals(
                "1949323746fe6a43ef61f9606e7febea",
                DigestCalculation.response(
                        new Credentials("Mufasa", "CircleOfLife"),
                        new DigestCalculation.Inputs(
                                DigestAlgorithm.MD5,
                                "testrealm@host.com",
                                "dcd98b7102dd2f0e8b11d0f600bfb0c093",
                                "",
                                "",
                                "",
                                "GET",
                                "/dir/index.html",
                                NO_BODY)));
    }

    @Test
    void rfc7616Section391Md5() {
        assertEquals("8ca523f5e9506fed4657c9700eebdbec", rfc7616(DigestAlgorithm.MD5));
    }

    @Test
    void rfc7616Section391Sha256() {
        assertEquals(
                "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1", rfc7616(DigestAlgorithm.SHA_256));
    }

    /** With the sum of erratum 4897: the printed one is of a hash that is not SHA-512/256. */
    @Test
    void rfc7616Section392Sha512With256Bits() {
        assertEquals(
                "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5",
                DigestCalculation.response(
                        new Credentials("J\u00e4s\u00f8n Doe", "Secret, or not?"),
                        new DigestCalculation.Inputs(
                                DigestAlgorithm.SHA_512_256,
                                "api@example.org",
                                "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK",
                                "auth",
                                "00000001",
                                "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
                                "GET",
                                "/doe.json",
                                NO_BODY)));
    }

    private static String rfc7616(DigestAlgorithm algorithm) {
        return DigestCalculation.response(
                new Credentials("Mufasa", "Circle of Life"),
                new DigestCalculation.Inputs(
                        algorithm,
                        "http-auth@example.org",
                        "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                        "auth",
                        "00000001",
                        "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
                        "GET",
                        "/dir/index.html",
                        NO_BODY));
    }
}
