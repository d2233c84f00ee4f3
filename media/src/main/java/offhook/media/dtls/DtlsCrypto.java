package offhook.media.dtls;

import java.io.IOException;
import java.security.SecureRandom;
import offhook.media.wire.Bytes;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsDecodeResult;
import org.bouncycastle.tls.crypto.TlsEncodeResult;
import org.bouncycastle.tls.crypto.TlsNonceGenerator;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/**
 * Bouncy Castle's own cryptography with three changes. Nonces come from the given generator alone, so that a seeded
 * handshake repeats itself. Every invalid record is ignored; Bouncy Castle would break off at some that are too short. And
 * an encrypted handshake message cannot claim megabytes: Bouncy Castle reserves what the header claims, up to 16 MB for
 * each of 16 messages. (Plain ones are checked in {@link InboundFlights}.)
 */
final class DtlsCrypto extends BcTlsCrypto {
    DtlsCrypto(SecureRandom random) {
        super(random);
    }

    @Override
    public TlsNonceGenerator createNonceGenerator(byte[] additionalSeedMaterial) {
        return size -> {
            byte[] nonce = new byte[size];
            getSecureRandom().nextBytes(nonce);
            return nonce;
        };
    }

    @Override
    public TlsCipher createCipher(TlsCryptoParameters parameters, int encryptionAlgorithm, int macAlgorithm)
            throws IOException {
        return new BoundedCipher(super.createCipher(parameters, encryptionAlgorithm, macAlgorithm));
    }

    /** A cipher that never says more of an invalid record than that it is to be ignored. */
    record BoundedCipher(TlsCipher cipher) implements TlsCipher {
        @Override
        public TlsDecodeResult decodeCiphertext(
                long sequence, short type, ProtocolVersion version, byte[] bytes, int offset, int length)
                throws IOException {
            TlsDecodeResult decoded;
            try {
                decoded = cipher.decodeCiphertext(sequence, type, version, bytes, offset, length);
            } catch (IOException | RuntimeException invalid) {
                throw ignored();
            }
            if (decoded.contentType == ContentType.handshake && claimsTooMuch(decoded)) {
                throw ignored();
            }
            return decoded;
        }

        /** The one alert upon which Bouncy Castle ignores a record, as RFC 6347 section 4.1.2.7 wants it. */
        private static TlsFatalAlert ignored() {
            return new TlsFatalAlert(AlertDescription.bad_record_mac);
        }

        private static boolean claimsTooMuch(TlsDecodeResult record) {
            int at = record.off;
            int end = record.off + record.len;
            while (end - at >= DtlsRecords.HANDSHAKE_HEADER) {
                if (Bytes.u24(record.buf, at + 1) > InboundFlights.MESSAGE_LIMIT) {
                    return true;
                }
                at += DtlsRecords.HANDSHAKE_HEADER + Bytes.u24(record.buf, at + 9);
            }
            return false;
        }

        @Override
        public TlsEncodeResult encodePlaintext(
                long sequence,
                short type,
                ProtocolVersion version,
                int headerAllocation,
                byte[] bytes,
                int offset,
                int length)
                throws IOException {
            return cipher.encodePlaintext(sequence, type, version, headerAllocation, bytes, offset, length);
        }

        @Override
        public int getCiphertextDecodeLimit(int plaintextLimit) {
            return cipher.getCiphertextDecodeLimit(plaintextLimit);
        }

        @Override
        public int getCiphertextEncodeLimit(int plaintextLimit) {
            return cipher.getCiphertextEncodeLimit(plaintextLimit);
        }

        @Override
        public int getPlaintextDecodeLimit(int ciphertextLimit) {
            return cipher.getPlaintextDecodeLimit(ciphertextLimit);
        }

        @Override
        public int getPlaintextEncodeLimit(int ciphertextLimit) {
            return cipher.getPlaintextEncodeLimit(ciphertextLimit);
        }

        @Override
        public void rekeyDecoder() throws IOException {
            cipher.rekeyDecoder();
        }

        @Override
        public void rekeyEncoder() throws IOException {
            cipher.rekeyEncoder();
        }

        @Override
        public boolean usesOpaqueRecordTypeDecode() {
            return cipher.usesOpaqueRecordTypeDecode();
        }

        @Override
        public boolean usesOpaqueRecordTypeEncode() {
            return cipher.usesOpaqueRecordTypeEncode();
        }
    }
}
