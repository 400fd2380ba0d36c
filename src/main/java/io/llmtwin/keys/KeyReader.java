package io.llmtwin.keys;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.llmtwin.keys.ApiKeys.Entry;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads keys: {@code name:key} or {@code name/role+role:key} pairs, and the YAML of a key file. No message of its
 * exceptions holds a key.
 */
final class KeyReader {
    private static final Pattern PAIR = Pattern.compile("([^:/]+)(?:/([^:]*))?:(.+)");
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-fA-F]{64}");
    /** Possessive, so that no part of a comment is taken for another one, or for the beginning of the keys. */
    private static final Pattern YAML_FILE =
            Pattern.compile("\\s*+(?:#.*+\\s*+)*+(---\\s*)?(keys:(\\s|\\[)|\\{)[\\s\\S]*");

    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(10).build())
            .build());

    private final Limits limits;

    /**
     * A reader of keys.
     *
     * @param limits of a key that names none
     */
    KeyReader(Limits limits) {
        this.limits = limits;
    }

    /**
     * The keys of a list of pairs.
     *
     * @param separator between pairs, as a regular expression
     * @throws IllegalArgumentException if a pair is not one
     */
    ApiKeys pairs(String text, String separator) {
        List<Entry> entries = new ArrayList<>();
        int number = 0;
        for (String pair : text.strip().split(separator, -1)) {
            number++;
            var matcher = PAIR.matcher(pair.strip());
            if (!matcher.matches() || matcher.group(3).isBlank()) {
                throw new IllegalArgumentException("pair " + number + " is not name:key");
            }
            String name = matcher.group(1).strip();
            entries.add(new Entry(
                    ApiKeys.hash(matcher.group(3).strip()),
                    new Caller(name, roles(name, matcher.group(2)), List.of(), limits)));
        }
        return new ApiKeys(entries);
    }

    /**
     * The keys of a file: YAML with a list {@code keys}, or a pair to a line.
     *
     * @throws IllegalArgumentException if it holds none
     */
    ApiKeys file(String content) {
        if (YAML_FILE.matcher(content).matches()) {
            return yaml(content);
        }
        String pairs = String.join(
                "\n",
                content.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                        .toList());
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("it holds no key");
        }
        return pairs(pairs, "[,\n]");
    }

    private ApiKeys yaml(String content) {
        KeyFile file;
        try {
            file = YAML.readValue(content, KeyFile.class);
        } catch (JsonMappingException e) {
            // not its message, which may quote the file
            throw new IllegalArgumentException("it is not what a key file may be, at " + place(e));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("it is not YAML"
                    + (e.getLocation() == null
                            ? ""
                            : ", in line " + e.getLocation().getLineNr()));
        }
        List<Entry> entries = new ArrayList<>();
        for (KeyFile.Key key : file.keys == null ? List.<KeyFile.Key>of() : file.keys) {
            entries.add(entry(key, "key " + (entries.size() + 1)));
        }
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("it holds no key");
        }
        return new ApiKeys(entries);
    }

    private Entry entry(KeyFile.Key key, String place) {
        if (key.name == null || key.name.isBlank()) {
            throw new IllegalArgumentException(place + " has no name");
        }
        if ((key.key == null) == (key.sha256 == null)) {
            throw new IllegalArgumentException(place + " must have either key or sha256");
        }
        if (key.sha256 != null && !SHA_256.matcher(key.sha256).matches()) {
            throw new IllegalArgumentException(place + " has a sha256 that is not 64 hexadecimal digits");
        }
        if (key.key != null && key.key.isBlank()) {
            throw new IllegalArgumentException(place + " is blank");
        }
        List<String> authors = key.authors == null ? List.of() : key.authors;
        if ((key.authors != null && authors.isEmpty()) || authors.stream().anyMatch(it -> it == null || it.isBlank())) {
            throw new IllegalArgumentException(place + " must name its authors, or have no such field");
        }
        byte[] hash = key.sha256 == null
                ? ApiKeys.hash(String.valueOf(key.key).strip())
                : HexFormat.of().parseHex(key.sha256);
        return new Entry(
                hash,
                new Caller(
                        key.name,
                        roles(key.name, key.roles == null ? null : String.join("+", key.roles)),
                        authors,
                        new Limits(
                                key.requestsPerMinute == null ? limits.requestsPerMinute() : key.requestsPerMinute,
                                key.tokensPerMinute == null ? limits.tokensPerMinute() : key.tokensPerMinute)));
    }

    /** The roles in {@code text}; all of them where it is null. */
    private static Set<Role> roles(String name, @Nullable String text) {
        if (text == null) {
            return EnumSet.allOf(Role.class);
        }
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String role : text.split("\\+", -1)) {
            try {
                roles.add(Role.valueOf(role.strip().toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "the key " + name + " has a role that is not client, engineer or ops", e);
            }
        }
        return roles;
    }

    private static String place(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : e.getPath()) {
            path.append(step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName());
        }
        String place = path.toString();
        return place.isEmpty() ? "its top" : place.replaceFirst("^\\.", "");
    }

    /** A key file as it is written. */
    private record KeyFile(@JsonProperty("keys") @Nullable List<Key> keys) {
        @JsonNaming(SnakeCaseStrategy.class)
        private record Key(
                @Nullable String name,
                @Nullable String key,
                @Nullable String sha256,
                @Nullable List<String> roles,
                @Nullable List<String> authors,
                @Nullable Integer requestsPerMinute,
                @Nullable Integer tokensPerMinute) {}
    }
}
