package io.llmtwin.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A change log, as its releases: each a second-level heading (or whichever level names versions) and what follows. */
final class Changelog {
    private static final Pattern HEADING = Pattern.compile("(?m)^(#{1,3}) +(.+?) *#*$");
    private static final Pattern VERSION =
            Pattern.compile("(?i)\\[?v?\\d+(\\.\\d+)+.*|\\[?unreleased.*|\\d{4}-\\d{2}-\\d{2}.*");
    private static final Pattern NOT_IN_ID = Pattern.compile("[^\\p{L}\\p{N}.]+");

    private Changelog() {}

    /** The releases in the order of {@code text}; none if no heading of it names a version. */
    static List<Release> releases(String text) {
        List<Release> releases = new ArrayList<>();
        Matcher heading = HEADING.matcher(text);
        int level = 0;
        int start = -1;
        String name = "";
        while (heading.find()) {
            boolean version = VERSION.matcher(heading.group(2)).matches();
            boolean ends = level > 0 && heading.group(1).length() <= level;
            if (start >= 0 && (ends || version)) {
                releases.add(
                        new Release(name, text.substring(start, heading.start()).strip()));
                start = -1;
            }
            if (version && (level == 0 || heading.group(1).length() <= level)) {
                level = heading.group(1).length();
                name = heading.group(2);
                start = heading.end();
            }
        }
        if (start >= 0) {
            releases.add(new Release(name, text.substring(start).strip()));
        }
        releases.removeIf(release -> release.notes.isEmpty());
        return releases;
    }

    record Release(String name, String notes) {
        /** The name, as part of a document's id. */
        String key() {
            return NOT_IN_ID.matcher(name).replaceAll("-").replaceAll("^-|-$", "");
        }
    }
}
