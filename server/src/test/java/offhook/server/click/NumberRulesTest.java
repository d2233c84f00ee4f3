package offhook.server.click;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberRulesTest {
    private static final int RUNS = 3_000;
    private static final NumberPlan GERMANY = NumberPlan.of("DE");
    private static final PhoneNumberUtil LIBRARY = PhoneNumberUtil.getInstance();
    private static final Set<PhoneNumberType> ORDINARY = Set.of(
            PhoneNumberType.FIXED_LINE,
            PhoneNumberType.MOBILE,
            PhoneNumberType.FIXED_LINE_OR_MOBILE,
            PhoneNumberType.TOLL_FREE,
            PhoneNumberType.VOIP);
    private static final List<String> REGIONS = List.of("DE", "AT", "GB", "JE", "US", "JM", "RU", "FR", "ES", "CU");

    @Test
    void whatCostsIsClosedUntilItIsOpened() {
        assertFalse(allows(List.of(), List.of(), false, false, "+43 1 5123456"));
        assertTrue(allows(List.of(), List.of(), true, false, "+43 1 5123456"));
        assertTrue(allows(List.of("+43"), List.of(), false, false, "+43 1 5123456"));
        assertFalse(allows(List.of(), List.of(), true, false, "0900 1234567"));
        assertTrue(allows(List.of(), List.of(), false, true, "0900 1234567"));
        assertFalse(allows(List.of(), List.of(), false, false, "112"));
        assertTrue(allows(List.of(), List.of(), false, false, "1001"));
        assertTrue(allows(List.of(), List.of(), false, false, "sales"));
    }

    @Test
    void anAllowedPrefixOpensACountryAndNotItsPremiumNumbers() {
        assertFalse(allows(List.of("+43"), List.of(), false, false, "+43 900 123456"));
        assertFalse(allows(List.of("+"), List.of(), true, false, "+43 900 123456"));
        assertTrue(allows(List.of("+43"), List.of(), false, true, "+43 900 123456"));
    }

    @Test
    void deniedBeatsAllowedHoweverLongTheyAre() {
        assertFalse(allows(List.of("+4930123"), List.of("+4930"), true, true, "030 1234567"));
        assertFalse(allows(List.of("+49"), List.of("+4930123"), true, true, "030 1234567"));
        assertFalse(allows(List.of(), List.of("10"), true, true, "1001"));
        Destination named = GERMANY.read("030 1234567");
        NumberRules rules = new NumberRules(GERMANY, false, false, List.of(), List.of("+49 30"));
        assertTrue(rules.objection(named, true).isPresent());
    }

    @Test
    void whatTheOperatorWroteOutIsOpen() {
        NumberRules rules = new NumberRules(GERMANY, false, false, List.of(), List.of());
        for (String written : List.of("0900 1234567", "+43 1 5123456", "112", "*97", "sip:sales@pbx.example")) {
            assertTrue(rules.objection(GERMANY.read(written), true).isEmpty(), written);
            assertTrue(rules.objection(GERMANY.read(written), false).isPresent(), written);
        }
    }

    @Test
    void codesAreOpenedByTheirPrefixAndAddressesByNone() {
        assertTrue(allows(List.of("*97"), List.of(), false, false, "*97"));
        assertFalse(allows(List.of("*97"), List.of(), true, true, "*21*0900123456#"));
        assertFalse(allows(List.of("sip", "s"), List.of(), true, true, "sip:09001@pbx.example"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0900", "00", "sip:", "+49x", "", "@", "+1234567890123456"})
    void aPrefixThatCouldNeverFitIsRefused(String written) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> Prefix.of(written));
        assertTrue(refused.getMessage().contains("+49"));
    }

    /** The rules, told once more in the shortest words, over numbers and lists by chance. */
    @Test
    void theRulesHoldForAnyNumberAndAnyLists() {
        for (int seed = 1; seed <= RUNS; seed++) {
            Random random = new Random(seed);
            PhoneNumber number = number(random);
            String e164 = LIBRARY.format(number, PhoneNumberFormat.E164);
            List<String> allow = prefixes(random, e164);
            List<String> deny = prefixes(random, e164);
            boolean international = random.nextBoolean();
            boolean premium = random.nextBoolean();
            boolean ordinary = ORDINARY.contains(LIBRARY.getNumberType(number));
            boolean own = LIBRARY.isValidNumberForRegion(number, "DE")
                    || (LIBRARY.getNumberType(number) == PhoneNumberType.UNKNOWN && number.getCountryCode() == 49);
            boolean expected = deny.stream().noneMatch(e164::startsWith)
                    && (ordinary || premium)
                    && (own || international || allow.stream().anyMatch(e164::startsWith));
            String label = "seed " + seed + ": " + e164 + " allow " + allow + " deny " + deny;
            for (String written : notations(random, number, e164)) {
                assertEquals(expected, allows(allow, deny, international, premium, written), label + " as " + written);
            }
            assertFalse(
                    allows(allow, with(deny, e164.substring(0, 1 + random.nextInt(e164.length()))), true, true, e164),
                    label);
            if (expected) {
                assertTrue(
                        allows(with(allow, "+" + random.nextInt(1, 999)), deny, international, premium, e164), label);
            }
        }
    }

    private static PhoneNumber number(Random random) {
        while (true) {
            PhoneNumberType[] types = PhoneNumberType.values();
            PhoneNumber number = random.nextInt(8) == 0
                    ? LIBRARY.getExampleNumberForType(types[random.nextInt(types.length)])
                    : LIBRARY.getExampleNumberForType(
                            REGIONS.get(random.nextInt(REGIONS.size())), types[random.nextInt(types.length)]);
            if (number != null) {
                long change = random.nextInt(1_000);
                PhoneNumber other = new PhoneNumber().mergeFrom(number);
                other.setNationalNumber(number.getNationalNumber() / 1_000 * 1_000 + change);
                return other;
            }
        }
    }

    private static List<String> prefixes(Random random, String e164) {
        List<String> prefixes = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            prefixes.add(
                    random.nextInt(3) == 0
                            ? e164.substring(0, 1 + random.nextInt(e164.length()))
                            : "+" + random.nextInt(1, 99_999));
        }
        return prefixes;
    }

    private static List<String> with(List<String> list, String one) {
        List<String> all = new ArrayList<>(list);
        all.add(one);
        return all;
    }

    /** The same number as people write it. */
    private static List<String> notations(Random random, PhoneNumber number, String e164) {
        List<String> all = new ArrayList<>(List.of(e164, "00" + e164.substring(1), "tel:" + e164));
        StringBuilder spaced = new StringBuilder("+");
        for (char digit : e164.substring(1).toCharArray()) {
            spaced.append(digit);
            if (random.nextInt(3) == 0) {
                spaced.append(" -./".charAt(random.nextInt(4)));
            }
        }
        all.add(spaced.toString());
        if (number.getCountryCode() == 49) {
            all.add("0" + e164.substring(3));
            all.add("+49 (0)" + e164.substring(3));
        }
        return all;
    }

    private static boolean allows(
            List<String> allow, List<String> deny, boolean international, boolean premium, String written) {
        return new NumberRules(GERMANY, international, premium, allow, deny)
                .objection(GERMANY.read(written), false)
                .isEmpty();
    }
}
