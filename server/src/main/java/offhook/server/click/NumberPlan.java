package offhook.server.click;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber.CountryCodeSource;
import com.google.i18n.phonenumbers.ShortNumberInfo;
import com.google.i18n.phonenumbers.ShortNumberInfo.ShortNumberCost;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How numbers are read in one country: {@code 030 1234567}, {@code 0049 30 1234567} and {@code +49 (0)30 1234567} are one
 * number in Germany. Immutable; from any thread.
 *
 * <p>A telephone system may hear in a text what we do not. So what is not understood beyond doubt is a {@link
 * Destination.Kind#CODE}, which nobody may call unless the operator said so: a number without the prefix that the country
 * dials with, or one behind the digit for an outside line.
 */
public final class NumberPlan {
    /** Longest destination. */
    static final int CHARACTERS = 128;

    private static final Pattern WRITTEN_NUMBER = Pattern.compile("\\+?[0-9(][0-9 ()./-]*");
    private static final Pattern EXTENSION = Pattern.compile("0|[1-9][0-9]{0,5}");

    /** They cost a lot in most of Europe, and the library does not know it of all countries. */
    private static final Pattern DIRECTORY_ENQUIRIES = Pattern.compile("118[0-9]{2,3}");

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9._-]*");
    private static final Pattern CODE = Pattern.compile("[+0-9*#]+");

    /** Whose calling codes no country has: 800 is free for the caller, the others are satellites and shared networks. */
    private static final String NO_COUNTRY = PhoneNumberUtil.REGION_CODE_FOR_NON_GEO_ENTITY;

    private static final int INTERNATIONAL_FREEPHONE = 800;
    private static final int NORTH_AMERICA = 1;

    /** The library's word for no country at all. */
    private static final String NOWHERE = "ZZ";

    /** Emergency numbers that mobile networks know everywhere, whatever the country is (3GPP TS 22.101 section 10.1.1). */
    private static final Set<String> EMERGENCY_EVERYWHERE = Set.of("112", "911");

    private final PhoneNumberUtil numbers = PhoneNumberUtil.getInstance();
    private final ShortNumberInfo shortNumbers = ShortNumberInfo.getInstance();
    private final String country;
    private final int callingCode;

    /** What must stand before a number of the country itself; empty where nothing must. */
    private final String trunkPrefix;

    private NumberPlan(String country, int callingCode, String trunkPrefix) {
        this.country = country;
        this.callingCode = callingCode;
        this.trunkPrefix = trunkPrefix;
    }

    /**
     * @param country two letters (ISO 3166-1), like {@code DE}; empty for none: then telephone numbers are those with a
     *     plus sign alone, and all of them are another country's
     * @throws IllegalArgumentException with a sentence for the operator
     */
    public static NumberPlan of(String country) {
        String name = country.strip().toUpperCase(Locale.ROOT);
        if (name.isEmpty()) {
            return new NumberPlan(NOWHERE, 0, "");
        }
        if (!PhoneNumberUtil.getInstance().getSupportedRegions().contains(name)) {
            throw new IllegalArgumentException("a country is two letters, like DE or US, not \"" + country + "\"");
        }
        int callingCode = PhoneNumberUtil.getInstance().getCountryCodeForRegion(name);
        String prefix = PhoneNumberUtil.getInstance().getNddPrefixForRegion(name, true);
        return new NumberPlan(name, callingCode, prefix == null || callingCode == NORTH_AMERICA ? "" : prefix);
    }

    /**
     * @param written a telephone number, an extension, a name, a {@code tel:} or SIP URI
     * @throws IllegalArgumentException with a plain sentence when it is empty, too long, or has characters that no
     *     destination has
     */
    Destination read(String written) {
        String text = written.strip();
        if (text.isEmpty()) {
            throw new IllegalArgumentException("There is no number to call.");
        }
        if (text.length() > CHARACTERS) {
            throw new IllegalArgumentException("The number has more than " + CHARACTERS + " characters.");
        }
        if (text.regionMatches(true, 0, "tel:", 0, 4)
                && WRITTEN_NUMBER.matcher(text.substring(4)).matches()) {
            text = text.substring(4);
        }
        if (WRITTEN_NUMBER.matcher(text).matches()) {
            return number(text);
        }
        if (text.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException("The number has a space or a character that a number cannot have.");
        }
        if (NAME.matcher(text).matches()) {
            return new Destination(text, text, Destination.Kind.NAME, false, false);
        }
        return CODE.matcher(text).matches()
                ? code(text)
                : new Destination(text, text, Destination.Kind.OTHER, false, false);
    }

    private Destination number(String text) {
        String digits = text.replaceAll("[^+0-9]", "");
        if (digits.isEmpty()) {
            throw new IllegalArgumentException("There is no number to call.");
        }
        PhoneNumber number = parse(text);
        PhoneNumberType type = number == null ? PhoneNumberType.UNKNOWN : numbers.getNumberType(number);
        boolean understood = number != null && isBeyondDoubt(number, digits);
        if (EXTENSION.matcher(digits).matches() && !(understood && type != PhoneNumberType.UNKNOWN)) {
            return extension(digits);
        }
        if (number == null || !understood) {
            return code(digits);
        }
        String international = numbers.format(number, PhoneNumberFormat.E164);
        return new Destination(
                digits.startsWith("+") ? international : digits,
                international,
                Destination.Kind.NUMBER,
                isInternational(number, type),
                isPremium(type) || isCostlyNetwork(number.getCountryCode()));
    }

    /** Not by the calling code alone: +1 and +44 are those of islands, too, which fraud likes. */
    private boolean isInternational(PhoneNumber number, PhoneNumberType type) {
        return type == PhoneNumberType.UNKNOWN
                ? number.getCountryCode() != callingCode
                : !numbers.isValidNumberForRegion(number, country);
    }

    private @Nullable PhoneNumber parse(String text) {
        try {
            return numbers.parseAndKeepRawInput(text, country);
        } catch (NumberParseException notANumber) {
            return null;
        }
    }

    /** Whether the telephone system will hear the same number in these digits. */
    private boolean isBeyondDoubt(PhoneNumber number, String digits) {
        CountryCodeSource source = number.getCountryCodeSource();
        if (source == CountryCodeSource.FROM_NUMBER_WITH_PLUS_SIGN
                || source == CountryCodeSource.FROM_NUMBER_WITH_IDD) {
            return true;
        }
        if (source == CountryCodeSource.FROM_NUMBER_WITHOUT_PLUS_SIGN && callingCode != NORTH_AMERICA) {
            return false;
        }
        return digits.startsWith(trunkPrefix);
    }

    private Destination extension(String digits) {
        boolean premium = EMERGENCY_EVERYWHERE.contains(digits)
                || DIRECTORY_ENQUIRIES.matcher(digits).matches()
                || (!country.equals(NOWHERE) && isSpecial(digits));
        return new Destination(digits, digits, Destination.Kind.EXTENSION, false, premium);
    }

    private boolean isSpecial(String digits) {
        PhoneNumber number = new PhoneNumber().setCountryCode(callingCode).setNationalNumber(Long.parseLong(digits));
        return shortNumbers.isEmergencyNumber(digits, country)
                || shortNumbers.getExpectedCostForRegion(number, country) == ShortNumberCost.PREMIUM_RATE;
    }

    private static Destination code(String text) {
        return new Destination(text, text, Destination.Kind.CODE, false, false);
    }

    private boolean isCostlyNetwork(int code) {
        return code != INTERNATIONAL_FREEPHONE
                && numbers.getRegionCodeForCountryCode(code).equals(NO_COUNTRY);
    }

    /** Of the kinds that the library knows, those whose price one cannot see are taken for the worst. */
    private static boolean isPremium(PhoneNumberType type) {
        return switch (type) {
            case FIXED_LINE, MOBILE, FIXED_LINE_OR_MOBILE, VOIP, TOLL_FREE -> false;
            case PREMIUM_RATE, SHARED_COST, PERSONAL_NUMBER, PAGER, UAN, VOICEMAIL, UNKNOWN -> true;
        };
    }
}
