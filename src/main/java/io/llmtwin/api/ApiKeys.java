package io.llmtwin.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/** The keys that open the API, kept as SHA-256 hashes and compared in constant time. */
final class ApiKeys {
    private final List<byte[]> hashes = new ArrayList<>();

    /**
     * The keys of a setting.
     *
     * @param setting {@code name:key} pairs separated by commas; empty for none
     * @throws IllegalArgumentException if a pair is not one; the message holds no key
     */
    ApiKeys(String setting) {
        int number = 0;
        for (String pair : setting.split(",", -1)) {
            number++;
            if (setting.isBlank()) {
                break;
            }
            int colon = pair.indexOf(':');
            if (colon < 1 || pair.substring(colon + 1).isBlank()) {
                throw new IllegalArgumentException(
                        "LLM_TWIN_API_KEYS must be name:key pairs separated by commas, but pair " + number + " is not");
            }
            hashes.add(hash(pair.substring(colon + 1).strip()));
        }
    }

    /** Whether there is none, so that the API is open. */
    boolean isEmpty() {
        return hashes.isEmpty();
    }

    /** Whether {@code key} is one of them; takes as long whichever it is. */
    boolean contains(String key) {
        byte[] hash = hash(key);
        boolean found = false;
        for (byte[] known : hashes) {
            found |= MessageDigest.isEqual(known, hash);
        }
        return found;
    }

    private static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
