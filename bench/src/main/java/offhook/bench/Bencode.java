package offhook.bench;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The encoding of rtpengine's control protocol: texts, lists and dictionaries. */
final class Bencode {
    private final byte[] bytes;
    private int at;

    private Bencode(byte[] bytes, int at) {
        this.bytes = bytes;
        this.at = at;
    }

    /** @param value a text, a list or a dictionary of such */
    static byte[] encode(Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(value, out);
        return out.toByteArray();
    }

    private static void write(Object value, ByteArrayOutputStream out) {
        switch (value) {
            case String text -> {
                byte[] raw = text.getBytes(StandardCharsets.UTF_8);
                out.writeBytes((raw.length + ":").getBytes(StandardCharsets.US_ASCII));
                out.writeBytes(raw);
            }
            case List<?> list -> {
                out.write('l');
                list.forEach(one -> write(one, out));
                out.write('e');
            }
            case Map<?, ?> map -> {
                out.write('d');
                new TreeMap<>(map).forEach((key, one) -> {
                    write(key, out);
                    write(one, out);
                });
                out.write('e');
            }
            default -> throw new IllegalArgumentException("not to be encoded: " + value);
        }
    }

    /** @return texts, Longs, lists and dictionaries */
    static Object decode(byte[] bytes, int from) {
        return new Bencode(bytes, from).read();
    }

    private Object read() {
        return switch (bytes[at]) {
            case 'i' -> {
                at++;
                yield number((byte) 'e');
            }
            case 'l' -> {
                List<Object> list = new ArrayList<>();
                for (at++; bytes[at] != 'e'; ) {
                    list.add(read());
                }
                at++;
                yield list;
            }
            case 'd' -> {
                Map<Object, Object> map = new TreeMap<>();
                for (at++; bytes[at] != 'e'; ) {
                    map.put(read(), read());
                }
                at++;
                yield map;
            }
            default -> {
                int length = (int) number((byte) ':');
                String text = new String(bytes, at, length, StandardCharsets.UTF_8);
                at += length;
                yield text;
            }
        };
    }

    private long number(byte end) {
        int start = at;
        while (bytes[at] != end) {
            at++;
        }
        return Long.parseLong(new String(bytes, start, at++ - start, StandardCharsets.US_ASCII));
    }
}
